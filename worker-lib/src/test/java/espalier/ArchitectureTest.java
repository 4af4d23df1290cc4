package espalier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What holds here alone; the rules for every class of the program stand in the driver's {@code ArchitectureTest}. */
@AnalyzeClasses(packages = "espalier", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule networkRecipeAndCostNeedTheJdkAlone = classes()
            .that()
            .resideInAnyPackage("espalier.network", "espalier.recipe", "espalier.cost", "espalier.data")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "espalier.network",
                    "espalier.recipe",
                    "espalier.cost",
                    "espalier.data");

    @ArchTest
    static final ArchRule workersKnowNothingOfSpark =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..");

    @ArchTest
    static final ArchRule resultsCarryNoArraysOfTheDeepLearningLibrary = noClasses()
            .that()
            .haveSimpleNameStartingWith("Trial")
            .and()
            .areRecords()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..");
}
