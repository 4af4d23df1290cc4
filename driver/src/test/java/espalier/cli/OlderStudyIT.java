package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A study that an older version has written, from before tables knew of stop rules: what it shows can be read, but it does not go on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OlderStudyIT {
    private Path folder = Path.of("");
    private String output = "";
    private String config = "";

    @BeforeAll
    void unpack(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Program.useLocalSpark(folder);
        output = folder.resolve("results").toString();
        config = folder.resolve("results/old/study.yaml").toString();
        try (InputStream zip = Objects.requireNonNull(OlderStudyIT.class.getResourceAsStream("older-study.zip"));
                ZipInputStream entries = new ZipInputStream(zip)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path file = Path.of(output).resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.write(file, entries.readAllBytes());
            }
        }
        Path study = Path.of(config);
        String text = Files.readString(study);
        assertThat(text).contains("path: images");
        Files.writeString(study, text.replace("path: images", "path: " + folder.resolve("images")));
    }

    @AfterAll
    void cleanUp() {
        System.clearProperty("spark.master");
    }

    @Test
    void itsTablesAreReadAndColumnsThatAreNewAreEmpty() {
        Program sql = Program.run(
                "sql",
                "SELECT round, count(*), count(drop), count(comparable_drop) FROM trials GROUP BY round ORDER BY round",
                "--output",
                output,
                "--format",
                "csv");
        assertThat(sql.errors()).isEmpty();
        assertThat(sql.out().lines().skip(1)).containsExactly("0,1,1,0", "1,4,4,0", "2,2,2,0");
    }

    @Test
    void itsSpaceIsRefinedAgain() throws IOException {
        Program refine = Program.run("refine", config, "--output", output);
        assertThat(refine.exitCode()).as(refine.errors().toString()).isZero();
        assertThat(refine.out()).contains("study: old-r1").contains("parent: old/round-1");
    }

    @Test
    void itsWinnerIsExported() {
        Program export = Program.run(
                "export", "old", "--to", folder.resolve("winner.zip").toString(), "--output", output);
        assertThat(export.exitCode()).as(export.errors().toString()).isZero();
    }

    @Test
    void toGoOnWithItIsRefusedWithOneLineAndChangesNothing() throws IOException {
        Map<String, String> before = files();
        Program search = Program.run("search", config, "--output", output);
        assertThat(search.exitCode()).isEqualTo(2);
        assertThat(search.errors())
                .singleElement()
                .asString()
                .startsWith("espalier: table file:")
                .contains("has other columns than this version writes")
                .endsWith("go on with the version that began the study, or under another study name");
        assertThat(files()).isEqualTo(before);
    }

    /** Every file of the study, with a hash of what is in it. */
    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (var paths = Files.walk(Path.of(output, "old"))) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(path.toString(), DigestUtils.sha256Hex(Files.readAllBytes(path)));
            }
        }
        return files;
    }
}
