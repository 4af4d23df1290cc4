package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void readsUtf8() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), "# Größe: 16 × 16\n");

        assertThat(ConfigFile.text(file)).isEqualTo("# Größe: 16 × 16\n");
    }

    @Test
    void namesAFileThatIsMissingAndTheOneThatIsAlike() throws IOException {
        Path alike = Files.createFile(folder.resolve("quickstart.yaml"));
        Files.createFile(folder.resolve("other.yaml"));

        for (String typed : new String[] {"quickstrat.yaml", "quickstart", "quickstart.yml", "quick"}) {
            Path missing = folder.resolve(typed);
            assertThat(problem(missing))
                    .isEqualTo(missing + ": does not exist, must be a YAML file; did you mean '" + alike + "'?");
        }
    }

    @Test
    void namesAFileThatIsMissingWhereNoneIsAlike() {
        Path missing = folder.resolve("none").resolve("xyzzy.yaml");

        assertThat(problem(missing)).isEqualTo(missing + ": does not exist, must be a YAML file");
    }

    @Test
    void turnsAFolderAway() {
        assertThat(problem(folder)).isEqualTo(folder + ": is a folder, must be a file");
    }

    @Test
    void namesTheLineThatIsNotUtf8() throws IOException {
        Path file = folder.resolve("latin.yaml");
        Files.write(file, "study: a\nparent: café\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(problem(file))
                .isEqualTo(file + ":2: has the byte 0xE9, must be UTF-8: save the file in that encoding");
    }

    @Test
    void turnsAwayACharacterThatIsCutOff() throws IOException {
        Path file = folder.resolve("cut.yaml");
        Files.write(file, new byte[] {'a', '\n', '\n', (byte) 0xC3});

        assertThat(problem(file))
                .isEqualTo(file + ":3: has the byte 0xC3, must be UTF-8: save the file in that encoding");
    }

    @Test
    void turnsAwayWhatIsTooLargeToBeAConfiguration() throws IOException {
        Path file = folder.resolve("large.yaml");
        Files.write(file, new byte[(1 << 20) + 1]);

        assertThat(problem(file))
                .isEqualTo(file + ": is 1048577 bytes, must be at most 1048576: is it a configuration?");
    }

    private static String problem(Path file) {
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> StudyConfigReader.read(file));
        return String.join("\n", failure.problems());
    }
}
