package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StudyFolderTest {
    private static final Configuration HADOOP = OtherFileSystem.configuration();

    private final Path output;

    StudyFolderTest(@TempDir Path output) {
        this.output = output;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "file:", "file://", "other:", "other://"})
    void writesAndReadsOnAnyFileSystem(String scheme) {
        StudyFolder folder = StudyFolder.of(scheme + output, "demo", HADOOP).create();

        folder.write("refined/round-1.yaml", "mcb: [0.9, 1.1]\n");
        folder.write("refined/round-1.yaml", "mcb: [0.95, 1.05]\n");
        folder.write("networks/best.bin", new byte[] {1, 0, -1});

        assertThat(folder.readText("refined/round-1.yaml")).isEqualTo("mcb: [0.95, 1.05]\n");
        assertThat(folder.readBytes("networks/best.bin")).containsExactly(1, 0, -1);
        assertThat(folder.exists("networks")).isTrue();
        assertThat(folder.exists("networks/other.bin")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "other:"})
    void leavesNothingButTheFile(String scheme) throws IOException {
        StudyFolder folder = StudyFolder.of(scheme + output, "demo", HADOOP).create();

        folder.write(StudyFolder.CONFIG, "a: 1\n");
        folder.write(StudyFolder.CONFIG, "a: 2\n");

        try (var files = Files.walk(output.resolve("demo"))) {
            assertThat(files.filter(Files::isRegularFile)).containsExactly(output.resolve("demo/study.yaml"));
        }
    }

    @Test
    void isAStudyOnceItsConfigurationIsThere() throws IOException {
        StudyFolder folder = StudyFolder.of(output.toString(), "demo", HADOOP);
        Files.createDirectories(output.resolve("not-a-study"));
        assertThat(folder.exists()).isFalse();

        folder.write(StudyFolder.CONFIG, "a: 1\n");
        StudyFolder.of(output.toString(), "another", HADOOP).write(StudyFolder.CONFIG, "a: 1\n");

        assertThat(folder.exists()).isTrue();
        assertThat(StudyFolder.studies(output.toString(), HADOOP)).containsExactly("another", "demo");
    }

    @Test
    void findsNoStudyWhereThereIsNoFolder() {
        assertThat(StudyFolder.studies(output + "/nowhere", HADOOP)).isEmpty();
    }

    @Test
    void saysWhichFolderCannotBeWrittenAndTheMend() throws IOException {
        Files.writeString(output.resolve("file"), "in the way");
        StudyFolder folder = StudyFolder.of(output.resolve("file").toString(), "demo", HADOOP);

        for (Runnable use : List.<Runnable>of(folder::create, folder::lock)) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(StudyFolderException.class)
                    .hasMessageStartingWith("cannot write to file:" + output + "/file/demo (")
                    .hasMessageEndingWith("make it writable, or choose another output folder")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void refusesAFileSystemThatDoesNotExist() {
        assertThatThrownBy(() -> StudyFolder.of("nosuch://host/output", "demo", HADOOP))
                .isInstanceOf(StudyFolderException.class)
                .hasMessageContaining("cannot use the output folder 'nosuch://host/output'")
                .hasMessageContaining("No FileSystem for scheme \"nosuch\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/b", "a b", ".hidden", "-x"})
    void refusesANameThatIsNoFolderName(String study) {
        assertThatThrownBy(() -> StudyFolder.of(output.toString(), study, HADOOP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("study is '" + study + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc/passwd", "../other/study.yaml", "a/../../b"})
    void refusesAFileOutsideTheFolder(String file) {
        StudyFolder folder = StudyFolder.of(output.toString(), "demo", HADOOP);

        assertThatThrownBy(() -> folder.write(file, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("file is '" + file + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"networks/winner.zip", "refined/round-1.yaml", "tables/trials"})
    void refusesALinkThatLeadsOutOfTheFolder(String file) throws IOException {
        StudyFolder folder = StudyFolder.of(output.toString(), "demo", HADOOP).create();
        Path elsewhere = Files.createDirectory(output.resolve("elsewhere"));
        Path link = output.resolve("demo").resolve(file).getParent();
        Files.createSymbolicLink(link, elsewhere);

        for (Runnable use : List.<Runnable>of(
                () -> folder.write(file, "x"), () -> folder.readBytes(file), () -> folder.exists(file))) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(StudyFolderException.class)
                    .hasMessageStartingWith(link + " is a symbolic link, which may lead out of the study's folder:")
                    .hasMessageNotContaining("\n");
        }
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void refusesALinkInThePlaceOfATable() throws IOException {
        StudyFolder folder = StudyFolder.of(output.toString(), "demo", HADOOP).create();
        Path tables = Files.createDirectory(output.resolve("demo/tables"));
        Files.createSymbolicLink(tables.resolve("trials"), Files.createDirectory(output.resolve("elsewhere")));

        assertThatThrownBy(() -> folder.location(ResultTable.TRIALS)).hasMessageContaining("is a symbolic link");
        assertThat(folder.location(ResultTable.RUNGS)).endsWith("/demo/tables/rungs");
    }

    @Test
    void mayItselfLieBehindALink() throws IOException {
        Path disk = Files.createDirectories(output.resolve("disk/demo"));
        Files.createSymbolicLink(output.resolve("demo"), disk);

        StudyFolder.of(output.toString(), "demo", HADOOP).create().write("networks/winner.zip", "x");

        assertThat(disk.resolve("networks/winner.zip")).hasContent("x");
    }

    @Test
    void isNoStudyUnderANameThatNoneMayHave() throws IOException {
        StudyFolder.of(output.toString(), "demo", HADOOP).write(StudyFolder.CONFIG, "a: 1\n");
        Files.writeString(Files.createDirectory(output.resolve("a b")).resolve(StudyFolder.CONFIG), "a: 1\n");

        assertThat(StudyFolder.studies(output.toString(), HADOOP)).containsExactly("demo");
    }

    @Test
    void refusesAnAddressWithAPasswordWithoutRepeatingIt() {
        for (Runnable use : List.<Runnable>of(
                () -> StudyFolder.of("s3a://AKIA4711:abc/def@bucket/out", "demo", HADOOP),
                () -> StudyFolder.studies("s3a://AKIA4711:abc/def@bucket/out", HADOOP))) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(StudyFolderException.class)
                    .hasMessageContaining("the output folder 's3a://***@bucket/out' has a password")
                    .hasMessageContaining("spark.hadoop.fs.s3a.secret.key in its --properties-file")
                    .hasMessageNotContainingAny("AKIA4711", "def", "\n");
        }
    }

    @Test
    void saysWhichFileIsMissing() {
        StudyFolder folder = StudyFolder.of(output.toString(), "demo", HADOOP);

        assertThatThrownBy(() -> folder.readText("study.yaml"))
                .isInstanceOf(StudyFolderException.class)
                .hasMessage("there is no file file:" + output
                        + "/demo/study.yaml: check the name of the study and the output folder");
    }
}
