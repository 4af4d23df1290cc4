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
            .resideInAnyPackage("espalier.network", "espalier.recipe", "espalier.cost")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "espalier.network", "espalier.recipe", "espalier.cost");

    @ArchTest
    static final ArchRule graphsNeedTheJdkAlone = classes()
            .that()
            .resideInAPackage("espalier.topology")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "espalier.topology");

    @ArchTest
    static final ArchRule dataNeedTheJdkAndAnUnpackerAlone = classes()
            .that()
            .resideInAPackage("espalier.data")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "org.tukaani.xz..", "espalier.data", "espalier.text");

    @ArchTest
    static final ArchRule tensorFilesNeedAJsonReaderAlone = classes()
            .that()
            .resideInAPackage("espalier.safetensors")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.jspecify..",
                    "com.google.gson..",
                    "org.bytedeco.javacpp.indexer..",
                    "espalier.safetensors",
                    "espalier.text");

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
