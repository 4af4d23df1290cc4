package espalier.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** A Spark as a user has it: the jars of this test's class path that the product's jar leaves out, and the scripts. */
public final class SparkHome {
    private SparkHome() {}

    /** Makes it in a folder that does not exist yet. */
    public static Path make(Path home, Path product) throws IOException {
        Path jars = Files.createDirectories(home.resolve("jars"));
        Set<String> inProduct;
        try (JarFile jar = new JarFile(product.toFile())) {
            inProduct = classes(jar).collect(Collectors.toSet());
        }
        for (String entry : System.getProperty("java.class.path").split(":", -1)) {
            Path path = Path.of(entry);
            if (entry.endsWith(".jar") && isSpark(path, inProduct)) {
                Files.createSymbolicLink(jars.resolve(path.getFileName()), path);
            }
        }
        Path scripts = Files.createDirectories(home.resolve("bin"));
        for (String script : Set.of("spark-class", "spark-submit")) {
            Files.copy(Path.of("../spark-home/bin", script), scripts.resolve(script));
        }
        return home;
    }

    private static boolean isSpark(Path path, Set<String> inProduct) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            return !path.toString().contains("minicluster")
                    && classes(jar)
                            .findFirst()
                            .filter(name -> !inProduct.contains(name))
                            .isPresent();
        }
    }

    private static Stream<String> classes(JarFile jar) {
        return jar.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(".class") && !name.startsWith("META-INF"));
    }
}
