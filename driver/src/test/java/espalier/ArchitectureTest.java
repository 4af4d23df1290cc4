package espalier;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import espalier.task.TrialRunner;
import org.deeplearning4j.util.ModelSerializer;

/** Rules for the classes of the driver and, because they are on its class path, of {@code worker-lib}. */
@AnalyzeClasses(packages = "espalier", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static void seesTheClassesOfTheWorkersToo(JavaClasses classes) {
        assertThat(classes.contain(TrialRunner.class)).isTrue();
    }

    @ArchTest
    static final ArchRule dependenciesGoOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("cli")
            .definedBy("espalier.cli..")
            .layer("search")
            .definedBy("espalier.search..")
            .layer("config")
            .definedBy("espalier.config..")
            .layer("space")
            .definedBy("espalier.space..")
            .layer("refine")
            .definedBy("espalier.refine..")
            .layer("rung")
            .definedBy("espalier.rung..")
            .layer("table")
            .definedBy("espalier.table..")
            .layer("file")
            .definedBy("espalier.file..")
            .layer("latency")
            .definedBy("espalier.latency..")
            .layer("backend")
            .definedBy("espalier.backend..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("search")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("cli", "search")
            .whereLayer("space")
            .mayOnlyBeAccessedByLayers("cli", "search")
            .whereLayer("refine")
            .mayOnlyBeAccessedByLayers("cli", "search")
            .whereLayer("rung")
            .mayOnlyBeAccessedByLayers("search")
            .whereLayer("table")
            .mayOnlyBeAccessedByLayers("cli", "search")
            .whereLayer("file")
            .mayOnlyBeAccessedByLayers("cli", "table", "backend")
            .whereLayer("latency")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("backend")
            .mayOnlyBeAccessedByLayers("cli", "search");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("espalier.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule sparkIsKnownToItsBackendTheTablesAndTheCommandsAlone = noClasses()
            .that()
            .resideOutsideOfPackages("espalier.backend.spark..", "espalier.file", "espalier.table", "espalier.cli")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..");

    @ArchTest
    static final ArchRule statisticsAreFunctionsOfNumbers = noClasses()
            .that()
            .resideInAPackage("espalier.refine")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("espalier.refine", "java..", "org.apache.commons.math3..", "org.jspecify..");

    @ArchTest
    static final ArchRule randomnessIsSeeded = noClasses()
            .should()
            .callMethod(Math.class, "random")
            .orShould()
            .callConstructor(java.util.Random.class)
            .orShould()
            .callConstructor(java.util.SplittableRandom.class)
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom");

    @ArchTest
    static final ArchRule onlyCommandsEndTheProcessOrReadItsEnvironment = noClasses()
            .that()
            .resideOutsideOfPackage("espalier.cli")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getenv");

    @ArchTest
    static final ArchRule nothingIsDeserializedByJavaOrEvaluated = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.Object(In|Out)put.*|java\\.net\\.URLClassLoader"
                    + "|(java\\.beans|java\\.rmi|javax\\.naming|javax\\.script)\\..*"
                    + "|.*\\.SerializationUtils|.*\\.NormalizerSerializer"
                    + "|org\\.apache\\.spark\\.serializer\\.JavaSerializ.*|org\\.yaml\\.snakeyaml\\.(Yaml|constructor\\..*)"
                    + "|com\\.fasterxml\\.jackson\\.annotation\\.JsonTypeInfo")
            .orShould()
            .callMethodWhere(
                    target(nameMatching("forName|loadClass|defineClass|activateDefaultTyping|enableDefaultTyping")))
            .orShould()
            .callMethodWhere(target(owner(type(Runtime.class))).and(target(nameMatching("exec|load.*"))))
            // It deserializes what a zip has beside the network.
            .orShould()
            .callMethodWhere(target(owner(type(ModelSerializer.class))).and(target(nameMatching("restore.*"))));

    @ArchTest
    static final ArchRule nothingIsStartedButWhatTellsOfGpus = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("espalier.device.NvidiaSmi")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ProcessBuilder.class)
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("org\\.apache\\.hadoop\\.util\\.Shell.*|scala\\.sys\\.process\\..*");

    /** It tells ND4J of one of its backends, and loads nothing. */
    @ArchTest
    static final ArchRule onlyTheChoiceOfABackendIsAClassLoader =
            noClasses().that().areAssignableTo(ClassLoader.class).should().resideOutsideOfPackage("espalier.dl4j");

    /** Old ones, inside of ND4J's jars; docs/security.md names them. */
    @ArchTest
    static final ArchRule readersOfYamlAndXmlInsideOfLibrariesAreNotUsed = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.nd4j.shade.yaml..",
                    "org.nd4j.shade.wstx..",
                    "org.nd4j.shade.jackson..",
                    "org.apache.commons.net..")
            .orShould()
            .callMethodWhere(target(nameMatching("fromYaml")));

    @ArchTest
    static final ArchRule onlyTheWireIsReadByKryo = noClasses()
            .that()
            .resideOutsideOfPackage("espalier.backend.spark")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.esotericsoftware.kryo..");
}
