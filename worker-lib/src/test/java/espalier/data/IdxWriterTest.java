package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxWriterTest {
    private final Path folder;

    IdxWriterTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void readerGivesBackWhatWriterWrote(int channels) {
        ImageSet images = TestImages.random(20, channels, 5, 7, 4);
        Path pixels = folder.resolve("pixels.gz");
        Path labels = folder.resolve("labels.gz");

        IdxWriter.write(images, pixels, labels);

        assertThat(IdxReader.read(FileSource.local(), pixels.toString(), labels.toString(), 4))
                .isEqualTo(images);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void readerFindsFolderThatWriterMade(int channels) {
        TrainAndTest images =
                new TrainAndTest(TestImages.random(20, channels, 5, 7, 4), TestImages.random(8, channels, 5, 7, 4));
        Path made = folder.resolve("a/b");

        IdxWriter.writeFolder(images, made);

        assertThat(IdxReader.readFolder(FileSource.local(), made.toString())).isEqualTo(images);
        assertThat(names(made))
                .containsExactly(
                        "t10k-images-idx" + (channels == 1 ? 3 : 4) + "-ubyte.gz",
                        "t10k-labels-idx1-ubyte.gz",
                        "train-images-idx" + (channels == 1 ? 3 : 4) + "-ubyte.gz",
                        "train-labels-idx1-ubyte.gz");
    }

    @Test
    void replacesFilesAndLeavesNoOthers() {
        Path pixels = folder.resolve("pixels");
        Path labels = folder.resolve("labels");
        IdxWriter.write(TestImages.random(20, 1, 5, 7, 4), pixels, labels);
        ImageSet images = TestImages.random(3, 1, 2, 2, 3);

        IdxWriter.write(images, pixels, labels);

        assertThat(IdxReader.read(FileSource.local(), pixels.toString(), labels.toString(), 3))
                .isEqualTo(images);
        assertThat(names(folder)).containsExactly("labels", "pixels");
    }

    @Test
    void saysInOneLineWhatCannotBeWrittenAndLeavesNothing() throws IOException {
        Path occupied = Files.createDirectory(folder.resolve("occupied"));
        Files.createFile(occupied.resolve("something"));
        ImageSet images = TestImages.random(3, 1, 2, 2, 3);

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> IdxWriter.write(images, occupied, folder.resolve("labels")))
                .withMessageStartingWith(occupied + " cannot be written: ")
                .withMessageEndingWith(": check the folder, its permissions and the free space");
        assertThat(names(folder)).containsExactly("occupied");
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
