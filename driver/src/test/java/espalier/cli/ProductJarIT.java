package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads espalier.jar as the build leaves it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProductJarIT {
    private final JarFile jar;
    private final List<String> names;

    ProductJarIT() throws IOException {
        jar = new JarFile("target/espalier.jar");
        names = jar.stream()
                .filter(entry -> !entry.isDirectory())
                .map(JarEntry::getName)
                .toList();
    }

    @AfterAll
    void close() throws IOException {
        jar.close();
    }

    @Test
    void startsTheCommandLine() throws IOException {
        assertThat(jar.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS))
                .isEqualTo("espalier.cli.Main");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org/apache/spark/SparkContext",
                "org/apache/hadoop/",
                "org/apache/logging/",
                "org/apache/commons/(?!net/)",
                "org/slf4j/",
                "org/antlr/",
                "scala/",
                "com/fasterxml/",
                "com/google/flatbuffers/",
                "com/google/gson/",
            })
    void leavesOutWhatSparkShips(String classes) {
        assertThat(namesThatMatch(classes + ".*")).isEmpty();
    }

    @Test
    void holdsWhatSparkLacks() {
        assertThat(names.contains("org/deeplearning4j/nn/graph/ComputationGraph.class"))
                .isTrue();
        assertThat(names.contains("io/delta/tables/DeltaTable.class")).isTrue();
        assertThat(names.contains("picocli/CommandLine.class")).isTrue();
        assertThat(namesThatMatch(".*/libnd4jcpu\\.(so|dylib)|.*/nd4jcpu\\.dll"))
                .hasSize(1);
        assertThat(namesThatMatch("ai/onnxruntime/native/.*"))
                .hasSize(2)
                .allMatch(name -> name.startsWith("ai/onnxruntime/native/linux-x64/"));
    }

    @Test
    void hidesItsYamlFromThatOfSpark() {
        assertThat(names.contains("espalier/shaded/snakeyaml/Yaml.class")).isTrue();
        assertThat(namesThatMatch("org/yaml/.*")).isEmpty();
    }

    @Test
    void holdsEachEntryOnceAndNothingOfSignedOrModularJars() {
        assertThat(new HashSet<>(names)).hasSameSizeAs(names);
        assertThat(namesThatMatch("META-INF/.*\\.(SF|DSA|RSA)|(.*/)?module-info\\.class"))
                .isEmpty();
    }

    @Test
    void findsEveryService() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (String name : namesThatMatch("META-INF/services/.+")) {
            text(name)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty() && jar.getEntry(line.replace('.', '/') + ".class") == null)
                    .forEach(missing::add);
        }
        assertThat(missing).isEmpty();
        assertThat(text("META-INF/services/org.nd4j.linalg.factory.Nd4jBackend"))
                .contains("CpuBackend");
        assertThat(text("META-INF/services/org.apache.spark.sql.sources.DataSourceRegister"))
                .contains("delta");
    }

    /** Libraries that others have taken in under names of their own: docs/security.md lists them. */
    @Test
    void carriesLibrariesInsideOfLibraries() throws IOException {
        Set<String> found = new TreeSet<>();
        for (String name : namesThatMatch("META-INF/maven/.*/pom.properties")) {
            Properties properties = new Properties();
            properties.load(new StringReader(text(name)));
            found.add(properties.getProperty("artifactId") + " " + properties.getProperty("version"));
        }
        assertThat(found)
                .contains(
                        "commons-net 3.1",
                        "jackson-databind 2.13.3",
                        "protobuf-java 3.21.2",
                        "snakeyaml 1.26",
                        "woodstox-core 5.1.0");
        assertThat(names).contains("org/nd4j/shade/yaml/snakeyaml/Yaml.class");
    }

    /** The build leaves Fastutil out; see the pom. */
    @Test
    void needsFastutilForOneUnusedListenerAlone() throws IOException {
        Set<String> callers = new HashSet<>();
        for (String name : namesThatMatch(".*\\.class")) {
            if (new String(bytes(name), StandardCharsets.ISO_8859_1).contains("it/unimi/dsi/fastutil/")) {
                callers.add(name);
            }
        }
        assertThat(callers).containsExactly("org/deeplearning4j/optimize/listeners/CollectScoresListener.class");
    }

    private List<String> namesThatMatch(String pattern) {
        return names.stream()
                .filter(Pattern.compile(pattern).asMatchPredicate())
                .toList();
    }

    private String text(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    private byte[] bytes(String name) throws IOException {
        try (InputStream input = jar.getInputStream(jar.getEntry(name))) {
            return input.readAllBytes();
        }
    }
}
