package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class IdxReaderTest {
    private static final int IMAGES_3 = 0x00000803;
    private static final int IMAGES_4 = 0x00000804;
    private static final int LABELS = 0x00000801;

    private final Map<String, byte[]> files = new HashMap<>();
    private final FileSource source = new FileSource() {
        @Override
        public InputStream open(String path) throws IOException {
            byte[] bytes = files.get(path);
            if (bytes == null) {
                throw new FileNotFoundException(path);
            }
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public boolean exists(String path) {
            return files.containsKey(path);
        }
    };

    @Test
    void readsPlainGreyImages() {
        files.put("images", idx(bytes(1, 2, 3, 4, 5, 255), IMAGES_3, 3, 1, 2));
        files.put("labels", idx(bytes(0, 1, 9), LABELS, 3));

        ImageSet images = read(10);

        assertThat(images).isEqualTo(new ImageSet(1, 1, 2, 10, bytes(1, 2, 3, 4, 5, 255), bytes(0, 1, 9)));
    }

    @Test
    void readsGzipOfRankFour() {
        files.put("images", gzip(idx(bytes(1, 2, 3, 4, 5, 6), IMAGES_4, 1, 3, 1, 2)));
        files.put("labels", gzip(idx(bytes(1), LABELS, 1)));

        assertThat(read(2)).isEqualTo(new ImageSet(3, 1, 2, 2, bytes(1, 2, 3, 4, 5, 6), bytes(1)));
    }

    @Test
    void knowsGzipByItsBytesNotByItsName() {
        files.put("images.gz", idx(bytes(7), IMAGES_3, 1, 1, 1));
        files.put("labels", gzip(idx(bytes(0), LABELS, 1)));

        assertThat(IdxReader.read(source, "images.gz", "labels", 1).pixels()).containsExactly(7);
    }

    @Test
    void looksWithAndWithoutGz() {
        files.put("images.gz", gzip(idx(bytes(7), IMAGES_3, 1, 1, 1)));
        files.put("labels", idx(bytes(0), LABELS, 1));

        assertThat(IdxReader.read(source, "images", "labels.gz", 1).count()).isEqualTo(1);
    }

    @Test
    void namesWhatItLookedForWhenFileIsMissing() {
        assertMessage(
                () -> read(1),
                "no such file: looked for images, images.gz, expected one of them: "
                        + "correct the folder, or download the data set into it");
        files.put("images", idx(bytes(7), IMAGES_3, 1, 1, 1));
        assertMessage(
                () -> IdxReader.read(source, "images", "labels.gz", 1),
                "no such file: looked for labels.gz, labels, expected one of them: "
                        + "correct the folder, or download the data set into it");
    }

    @Test
    void rejectsTruncatedFiles() {
        files.put("labels", idx(bytes(0, 0), LABELS, 2));
        byte[] whole = idx(bytes(1, 2, 3, 4), IMAGES_3, 2, 1, 2);

        files.put("images", Arrays.copyOf(whole, 3));
        assertMessage(
                () -> read(1), "images is truncated: found 3 bytes of its header, expected 4: fetch the file again");
        files.put("images", Arrays.copyOf(whole, 10));
        assertMessage(
                () -> read(1), "images is truncated: found 6 bytes of its header, expected 12: fetch the file again");
        files.put("images", Arrays.copyOf(whole, 19));
        assertMessage(
                () -> read(1), "images is truncated: found 3 bytes of its values, expected 4: fetch the file again");
    }

    @Test
    void rejectsTruncatedGzip() {
        ImageSet images = TestImages.random(50, 1, 10, 10, 1);
        byte[] whole = gzip(idx(images.pixels(), IMAGES_3, 50, 10, 10));
        files.put("labels", idx(images.labels(), LABELS, 50));

        files.put("images", Arrays.copyOf(whole, 2000));
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> read(1))
                .withMessageMatching("images is truncated: found \\d+ bytes of its values, expected 5000: "
                        + "fetch the file again");
        files.put("images", Arrays.copyOf(whole, whole.length - 4));
        assertMessage(
                () -> read(1),
                "images is truncated: its gzip data ends early, expected a full file: fetch the file again");
        files.put("images", Arrays.copyOf(whole, 6));
        assertMessage(
                () -> read(1),
                "images is truncated: its gzip data ends early, expected a full file: fetch the file again");
    }

    @Test
    void rejectsDamagedGzip() {
        ImageSet images = TestImages.random(50, 1, 10, 10, 1);
        byte[] damaged = gzip(idx(images.pixels(), IMAGES_3, 50, 10, 10));
        damaged[damaged.length - 8] ^= 1;
        files.put("images", damaged);
        files.put("labels", idx(images.labels(), LABELS, 50));

        assertMessage(
                () -> read(1),
                "images is damaged: ZipException: Corrupt GZIP trailer, expected sound gzip data: "
                        + "fetch the file again");
    }

    @Test
    void rejectsTrailingBytes() {
        files.put("images", idx(bytes(1, 2, 3, 4), IMAGES_3, 1, 1, 1));
        files.put("labels", idx(bytes(0), LABELS, 1));

        assertMessage(
                () -> read(1),
                "images has 3 bytes behind the 1 values that its header announces, expected 0: fetch the file again");
    }

    @Test
    void rejectsWrongMagicNumber() {
        files.put("images", idx(bytes(1), LABELS, 1));
        files.put("labels", idx(bytes(0), 0x00000d01, 1));

        assertMessage(
                () -> read(1),
                "images has the magic number 0x00000801, expected 0x00000803 or 0x00000804: "
                        + "give an IDX file of unsigned bytes, and do not exchange images and labels");
        files.put("images", idx(bytes(1), IMAGES_3, 1, 1, 1));
        assertMessage(
                () -> read(1),
                "labels has the magic number 0x00000d01, expected 0x00000801: "
                        + "give an IDX file of unsigned bytes, and do not exchange images and labels");
    }

    @Test
    void rejectsOtherContentNamedGz() {
        files.put("images.gz", bytes('<', 'h', 't', 'm', 'l', '>'));

        assertMessage(
                () -> read(1),
                "images.gz is named .gz, but begins with 0x3c68746d, expected the gzip bytes 0x1f8b: "
                        + "fetch the file again");
    }

    @Test
    void rejectsLabelOutOfRange() {
        files.put("images", idx(bytes(1, 2, 3), IMAGES_3, 3, 1, 1));
        files.put("labels", idx(bytes(0, 10, 250), LABELS, 3));

        assertMessage(
                () -> read(10),
                "labels has the label 10 at index 1, expected 0 to 9 (10 classes): "
                        + "correct the file or the number of classes");
    }

    @Test
    void rejectsDifferentCounts() {
        files.put("images", idx(bytes(1, 2, 3), IMAGES_3, 3, 1, 1));
        files.put("labels", idx(bytes(0, 1), LABELS, 2));

        assertMessage(
                () -> read(10),
                "images has 3 images, but labels has 2 labels, expected as many: give the two files of one set");
    }

    @Test
    void rejectsZeroImages() {
        files.put("images", idx(bytes(), IMAGES_3, 0, 28, 28));

        assertMessage(
                () -> read(10),
                "images has the dimensions [0, 28, 28], expected at least 1 in each: give a file with images");
    }

    @Test
    void rejectsMoreThanAnArrayHolds() {
        int huge = Integer.MAX_VALUE;
        files.put("images", idx(bytes(), IMAGES_4, huge, huge, huge, huge));

        assertMessage(
                () -> read(10),
                "images has the dimensions [%d, %d, %d, %d], expected less than 2 GiB in all: "
                                .formatted(huge, huge, huge, huge)
                        + "write fewer images to one file");
    }

    @Test
    void doesNotTrustHeaderWithMemory() {
        files.put("images", idx(bytes(1, 2), IMAGES_3, 2_000_000, 32, 32));

        assertMessage(
                () -> read(10),
                "images is truncated: found 2 bytes of its values, expected 2048000000: fetch the file again");
    }

    @Test
    void reportsFailuresOfTheFileSystemInOneLine() {
        FileSource broken = new FileSource() {
            @Override
            public InputStream open(String path) throws IOException {
                throw new IOException("permission denied\n\tat some.remote.Frame");
            }

            @Override
            public boolean exists(String path) throws IOException {
                if (path.startsWith("labels")) {
                    throw new IOException();
                }
                return true;
            }
        };

        assertMessage(
                () -> IdxReader.read(broken, "images", "labels", 1),
                "images cannot be read: IOException: permission denied: check the path and the permissions");
        assertMessage(
                () -> IdxReader.read(broken, "labels", "images", 1),
                "labels cannot be looked up: IOException: check the path and the permissions");
    }

    @Test
    void rejectsImpossibleNumberOfClasses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(0))
                .withMessage("classes is 0, but must be from 1 to 256: change it");
    }

    @Test
    void folderTakesClassesFromTrainingLabels() {
        putFolder(bytes(0, 2, 1), bytes(2, 0));

        TrainAndTest images = IdxReader.readFolder(source, "folder");

        assertThat(images.train().classes()).isEqualTo(3);
        assertThat(images.train().labels()).containsExactly(0, 2, 1);
        assertThat(images.test().labels()).containsExactly(2, 0);
        assertThat(IdxReader.readFolder(source, "folder/")).isEqualTo(images);
    }

    @Test
    void folderRejectsClassWithoutTrainingImage() {
        putFolder(bytes(0, 200), bytes(0));

        assertMessage(
                () -> IdxReader.readFolder(source, "folder"),
                "folder/train-labels-idx1-ubyte.gz has labels up to 200 but none that is 1, expected every class: "
                        + "fetch the file again, or give the number of classes");
        assertThat(IdxReader.readFolder(source, "folder", 201).train().classes())
                .isEqualTo(201);
    }

    @Test
    void folderRejectsTestLabelThatTrainingLacks() {
        putFolder(bytes(0, 1), bytes(0, 1, 2));

        assertMessage(
                () -> IdxReader.readFolder(source, "folder"),
                "folder/t10k-labels-idx1-ubyte.gz has the label 2 at index 2, expected 0 to 1 (2 classes): "
                        + "correct the file or the number of classes");
    }

    @Test
    void folderRejectsTestImagesOfAnotherShape() {
        putFolder(bytes(0, 1), bytes(1));
        files.put("folder/t10k-images-idx3-ubyte.gz", idx(bytes(1, 2), IMAGES_3, 1, 2, 1));

        assertMessage(
                () -> IdxReader.readFolder(source, "folder"),
                "folder/t10k-images-idx3-ubyte.gz does not go with folder/train-images-idx3-ubyte.gz: "
                        + "test is ImageSet[1 images of 1 x 2 x 1, 2 classes], "
                        + "but train is ImageSet[2 images of 1 x 1 x 1, 2 classes]: "
                        + "give two sets of one shape and one number of classes");
    }

    @Test
    void folderNamesAllThatItLookedFor() {
        assertMessage(
                () -> IdxReader.readFolder(source, "folder"),
                "no such file: looked for folder/train-images-idx3-ubyte.gz, folder/train-images-idx3-ubyte, "
                        + "folder/train-images-idx4-ubyte.gz, folder/train-images-idx4-ubyte, "
                        + "expected one of them: correct the folder, or download the data set into it");
    }

    private ImageSet read(int classes) {
        return IdxReader.read(source, "images", "labels", classes);
    }

    private void putFolder(byte[] trainLabels, byte[] testLabels) {
        putPart("train", trainLabels);
        putPart("t10k", testLabels);
    }

    private void putPart(String part, byte[] labels) {
        files.put(
                "folder/" + part + "-images-idx3-ubyte.gz",
                gzip(idx(new byte[labels.length], IMAGES_3, labels.length, 1, 1)));
        files.put("folder/" + part + "-labels-idx1-ubyte.gz", gzip(idx(labels, LABELS, labels.length)));
    }

    private static void assertMessage(ThrowingCallable call, String message) {
        assertThatExceptionOfType(DataException.class).isThrownBy(call).withMessage(message);
    }

    private static byte[] idx(byte[] values, int... header) {
        ByteBuffer file = ByteBuffer.allocate(header.length * Integer.BYTES + values.length);
        for (int word : header) {
            file.putInt(word);
        }
        return file.put(values).array();
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return compressed.toByteArray();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
