package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class Cifar10Test {
    private static final int RECORD = 3073;
    private static final int IMAGES = 20;

    private final Path folder;

    Cifar10Test(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".gz", ".xz"})
    void readsTheFilesOfAFolderHoweverTheyArePacked(String suffix) throws IOException {
        for (int batch = 1; batch <= 5; batch++) {
            write("data_batch_" + batch + ".bin" + suffix, records(batch));
        }
        write("test_batch.bin" + suffix, records(6));

        TrainAndTest images = Cifar10.readFolder(FileSource.local(), folder.toString(), 0, IMAGES);

        assertThat(images.train()).hasToString("ImageSet[100 images of 3 x 32 x 32, 10 classes]");
        assertThat(images.test()).hasToString("ImageSet[20 images of 3 x 32 x 32, 10 classes]");
        assertThat(images.train().classCounts()).containsOnly(10);
        byte[] third = records(3);
        int image = 2 * IMAGES + 7;
        assertThat(images.train().label(image)).isEqualTo(third[7 * RECORD]);
        assertThat(Arrays.copyOfRange(images.train().pixels(), image * (RECORD - 1), (image + 1) * (RECORD - 1)))
                .isEqualTo(Arrays.copyOfRange(third, 7 * RECORD + 1, 8 * RECORD));
    }

    @Test
    void leavesBatchesOutThatAreNotWanted() throws IOException {
        write("data_batch_1.bin", records(1));
        write("data_batch_2.bin", records(2));
        write("test_batch.bin", records(6));

        assertThat(Cifar10.readFolder(FileSource.local(), folder + "/", IMAGES, IMAGES)
                        .train()
                        .count())
                .isEqualTo(IMAGES);
        assertThat(Cifar10.readFolder(FileSource.local(), folder + "/", IMAGES + 1, IMAGES)
                        .train()
                        .count())
                .isEqualTo(2 * IMAGES);
    }

    @Test
    void namesWhatItLookedForWhereAFileIsMissing() {
        String first = folder + "/data_batch_1.bin";
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> Cifar10.readFolder(FileSource.local(), folder.toString(), 0))
                .withMessage("no such file: looked for %s, %s.gz, %s.xz, expected one of them: "
                                .formatted(first, first, first)
                        + "correct the folder, or download the data set into it");
    }

    @Test
    void rejectsWhatIsNoWholeNumberOfRecords() throws IOException {
        rejects(
                "short.bin",
                Arrays.copyOf(records(1), 2 * RECORD - 1),
                "has 6,145 bytes, expected whole records of 3,073 bytes, at least 1: "
                        + "give a file of the CIFAR-10 binary format, or fetch it again");
        rejects(
                "empty.bin",
                new byte[0],
                "has 0 bytes, expected whole records of 3,073 bytes, at least 1: "
                        + "give a file of the CIFAR-10 binary format, or fetch it again");
    }

    @Test
    void rejectsABatchOfAnotherSize() throws IOException {
        write("data_batch_1.bin", Arrays.copyOf(records(1), 19 * RECORD));
        write("test_batch.bin", records(6));

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> Cifar10.readFolder(FileSource.local(), folder.toString(), 1, IMAGES))
                .withMessage(folder + "/data_batch_1.bin has 19 images, expected 20: fetch the file again");
    }

    @Test
    void rejectsALabelAboveNine() throws IOException {
        byte[] records = records(1);
        records[3 * RECORD] = 10;

        rejects(
                "labels.bin",
                records,
                "has the label 10 at image 3, expected 0 to 9: give a file of the CIFAR-10 binary format");
    }

    @Test
    void rejectsPackingThatTheNameDenies() throws IOException {
        rejects(
                "plain.bin.xz",
                records(1),
                "is named .xz, but begins with 0x00" + "%02x".formatted(records(1)[1] & 0xff)
                        + "%02x".formatted(records(1)[2] & 0xff) + "%02x".formatted(records(1)[3] & 0xff)
                        + ", expected the xz bytes 0xfd377a585a00: fetch the file again");
        Files.write(folder.resolve("other.bin.gz"), packed(".xz", records(1)));
        assertMessage(
                "other.bin.gz",
                "is named .gz, but begins with 0xfd377a58, expected the gzip bytes 0x1f8b: fetch the file again");
    }

    @Test
    void rejectsTruncatedAndDamagedPacking() throws IOException {
        for (String packing : List.of("gzip", "xz")) {
            String suffix = packing.equals("xz") ? ".xz" : ".gz";
            byte[] whole = packed(suffix, records(1));
            Files.write(folder.resolve("cut.bin" + suffix), Arrays.copyOf(whole, whole.length / 2));
            assertMessage(
                    "cut.bin" + suffix,
                    "is truncated: its " + packing + " data ends early, expected a full file: fetch the file again");
            byte[] damaged = whole.clone();
            damaged[whole.length - 1] ^= 1;
            Files.write(folder.resolve("damaged.bin" + suffix), damaged);
            assertThatExceptionOfType(DataException.class)
                    .isThrownBy(() -> read("damaged.bin" + suffix))
                    .withMessageMatching(".*/damaged.bin\\" + suffix + " is damaged: \\w+: .*, expected sound "
                            + packing + " data: fetch the file again");
        }
    }

    @Test
    void readsTheSamplesThatAreAtHand() {
        Assumptions.assumeTrue(TestImages.cifar10().isPresent(), "no CIFAR-10 in ESPALIER_DATA");
        Path data = TestImages.cifar10().orElseThrow();

        ImageSet train = Cifar10.read(FileSource.local(), data + "/sample_train_1000.bin.gz");
        ImageSet test = Cifar10.read(FileSource.local(), data + "/sample_test_500.bin.gz");

        assertThat(train.classCounts()).hasSize(10).containsOnly(100);
        assertThat(test.classCounts()).hasSize(10).containsOnly(50);
    }

    @Test
    void readsWhatIsKnownOfIt() {
        Assumptions.assumeTrue(TestImages.cifar10().isPresent(), "no CIFAR-10 in ESPALIER_DATA");
        Path data = TestImages.cifar10().orElseThrow();

        TrainAndTest images = Cifar10.readFolder(FileSource.local(), data.toString(), 0);

        assertThat(images.train()).hasToString("ImageSet[50000 images of 3 x 32 x 32, 10 classes]");
        assertThat(images.train().classCounts()).hasSize(10).containsOnly(5000);
        assertThat(images.test().classCounts()).hasSize(10).containsOnly(1000);
        Normalization normalization = Normalization.of(images.train());
        for (int channel = 0; channel < 3; channel++) {
            assertThat(normalization.means().get(channel))
                    .isCloseTo(List.of(0.4914, 0.4822, 0.4465).get(channel), within(1e-4));
            assertThat(normalization.standardDeviations().get(channel))
                    .isCloseTo(List.of(0.2470, 0.2435, 0.2616).get(channel), within(1e-4));
        }
    }

    private void rejects(String name, byte[] content, String message) throws IOException {
        Files.write(folder.resolve(name), content);
        assertMessage(name, message);
    }

    private void assertMessage(String name, String message) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read(name))
                .withMessage(folder.resolve(name) + " " + message);
    }

    private ImageSet read(String name) {
        return Cifar10.read(FileSource.local(), folder.resolve(name).toString());
    }

    private void write(String name, byte[] records) throws IOException {
        String suffix = name.substring(name.lastIndexOf('.'));
        Files.write(folder.resolve(name), packed(suffix, records));
    }

    private static byte[] packed(String suffix, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out =
                switch (suffix) {
                    case ".gz" -> new GZIPOutputStream(bytes);
                    case ".xz" -> new XZOutputStream(bytes, new LZMA2Options());
                    default -> bytes;
                }) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    /** Records with labels 0, 1, ... 9, 0, ... and random pixels. */
    private static byte[] records(int seed) {
        byte[] records = new byte[IMAGES * RECORD];
        new SplittableRandom(seed).nextBytes(records);
        for (int image = 0; image < IMAGES; image++) {
            records[image * RECORD] = (byte) (image % 10);
        }
        return records;
    }
}
