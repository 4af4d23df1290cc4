package espalier.data;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * CIFAR-10: 50,000 training and 10,000 test images, 32 x 32 with three channels, ten classes of equal size (A. Krizhevsky,
 * Learning Multiple Layers of Features from Tiny Images, 2009), in its binary format: five files of training images and one
 * of test images, each a row of records of 1 label byte and 1,024 red, 1,024 green and 1,024 blue bytes. Files may be plain,
 * or packed with gzip or xz.
 *
 * <p>Everything that is wrong with a file is a {@link DataException} of one line with file, found, expected and mend.
 */
public final class Cifar10 {
    /** The names of the classes, by label. */
    public static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private static final int SIZE = 32;
    private static final int CHANNELS = 3;
    private static final int IMAGE_BYTES = CHANNELS * SIZE * SIZE;
    private static final int RECORD_BYTES = 1 + IMAGE_BYTES;
    private static final int BATCHES = 5;
    private static final int IMAGES_OF_BATCH = 10_000;
    private static final int LARGEST_FILE = 10 * IMAGES_OF_BATCH * RECORD_BYTES;

    private Cifar10() {}

    /**
     * Reads {@code data_batch_1.bin} to {@code data_batch_5.bin} and {@code test_batch.bin} of a folder, each also with
     * {@code .gz} or {@code .xz} added.
     *
     * @param trainImages training images that will be used, from the first on, so that the batches behind them are left
     *     out; 0 for all
     */
    public static TrainAndTest readFolder(FileSource source, String folder, int trainImages) {
        return readFolder(source, folder, trainImages, IMAGES_OF_BATCH);
    }

    static TrainAndTest readFolder(FileSource source, String folder, int trainImages, int imagesOfBatch) {
        Checks.range("trainImages", trainImages, 0, Integer.MAX_VALUE);
        int batches = trainImages == 0 ? BATCHES : Math.min(BATCHES, (trainImages - 1) / imagesOfBatch + 1);
        List<String> training = IntStream.rangeClosed(1, batches)
                .mapToObj(batch -> locate(source, folder, "data_batch_" + batch + ".bin"))
                .toList();
        List<String> test = List.of(locate(source, folder, "test_batch.bin"));
        return new TrainAndTest(read(source, training, imagesOfBatch), read(source, test, imagesOfBatch));
    }

    /** Reads one file of any number of records. */
    public static ImageSet read(FileSource source, String path) {
        byte[] records = records(source, path);
        return unpack(List.of(records), records.length / RECORD_BYTES);
    }

    private static ImageSet read(FileSource source, List<String> paths, int imagesOfEach) {
        List<byte[]> batches =
                paths.stream().map(path -> batch(source, path, imagesOfEach)).toList();
        return unpack(batches, imagesOfEach);
    }

    private static byte[] batch(FileSource source, String path, int images) {
        byte[] records = records(source, path);
        int found = records.length / RECORD_BYTES;
        if (found != images) {
            throw new DataException(
                    "%s has %,d images, expected %,d: fetch the file again".formatted(path, found, images));
        }
        return records;
    }

    private static byte[] records(FileSource source, String path) {
        byte[] records = PackedFile.read(source, path, file -> {
            file.requireNamedPacking();
            return file.rest(LARGEST_FILE);
        });
        if (records.length == 0 || records.length % RECORD_BYTES != 0) {
            throw new DataException(
                    "%s has %,d bytes, expected whole records of %,d bytes, at least 1: give a file of the CIFAR-10 binary format, or fetch it again"
                            .formatted(path, records.length, RECORD_BYTES));
        }
        for (int image = 0; image < records.length / RECORD_BYTES; image++) {
            int label = records[image * RECORD_BYTES] & 0xff;
            if (label >= CLASSES.size()) {
                throw new DataException(
                        "%s has the label %d at image %d, expected 0 to %d: give a file of the CIFAR-10 binary format"
                                .formatted(path, label, image, CLASSES.size() - 1));
            }
        }
        return records;
    }

    private static ImageSet unpack(List<byte[]> batches, int imagesOfEach) {
        byte[] pixels = new byte[Math.multiplyExact(batches.size() * imagesOfEach, IMAGE_BYTES)];
        byte[] labels = new byte[batches.size() * imagesOfEach];
        for (int image = 0; image < labels.length; image++) {
            byte[] records = batches.get(image / imagesOfEach);
            int record = image % imagesOfEach * RECORD_BYTES;
            labels[image] = records[record];
            System.arraycopy(records, record + 1, pixels, image * IMAGE_BYTES, IMAGE_BYTES);
        }
        return new ImageSet(CHANNELS, SIZE, SIZE, CLASSES.size(), pixels, labels);
    }

    private static String locate(FileSource source, String folder, String name) {
        String path = folder.endsWith("/") ? folder + name : folder + "/" + name;
        return PackedFile.locate(
                source, Stream.of("", ".gz", ".xz").map(path::concat).toList());
    }
}
