package espalier.data;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads images and labels from IDX files, the format of MNIST and its kin: grey images of rank 3, {@code [N, H, W]}, or
 * images with channels of rank 4, {@code [N, C, H, W]}. Files may be compressed with gzip or not, whatever their names say.
 *
 * <p>Everything that is wrong with a file is a {@link DataException} of one line with file, found, expected and mend.
 */
public final class IdxReader {
    private static final int GREY_RANK = 3;
    private static final int CHANNEL_RANK = 4;

    private IdxReader() {}

    /**
     * Reads one pair of files; each is also looked for with {@code .gz} added or taken away.
     *
     * @param classes the number of classes that labels must be below
     */
    public static ImageSet read(FileSource source, String imagesPath, String labelsPath, int classes) {
        Checks.range("classes", classes, 1, ImageSet.MAXIMUM_CLASSES);
        return Pair.read(source, IdxNames.withAndWithoutGz(imagesPath), IdxNames.withAndWithoutGz(labelsPath))
                .toImageSet(classes);
    }

    /**
     * Reads the usual four files of a folder, {@code train-images-idx3-ubyte.gz} and so on. The number of classes is one
     * more than the largest training label, and every class must occur.
     */
    public static TrainAndTest readFolder(FileSource source, String folder) {
        Pair train = Pair.ofFolder(source, folder, IdxNames.TRAIN);
        return readFolder(source, folder, train, classes(train.labels()));
    }

    /** Reads the usual four files of a folder, whose number of classes is known. */
    public static TrainAndTest readFolder(FileSource source, String folder, int classes) {
        Checks.range("classes", classes, 1, ImageSet.MAXIMUM_CLASSES);
        return readFolder(source, folder, Pair.ofFolder(source, folder, IdxNames.TRAIN), classes);
    }

    private static TrainAndTest readFolder(FileSource source, String folder, Pair trainFiles, int classes) {
        ImageSet train = trainFiles.toImageSet(classes);
        Pair testFiles = Pair.ofFolder(source, folder, IdxNames.TEST);
        ImageSet test = testFiles.toImageSet(classes);
        try {
            return new TrainAndTest(train, test);
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    "%s does not go with %s: %s"
                            .formatted(
                                    testFiles.images().path(),
                                    trainFiles.images().path(),
                                    e.getMessage()),
                    e);
        }
    }

    private static int classes(IdxFile labels) {
        int[] counts = new int[ImageSet.MAXIMUM_CLASSES];
        for (byte label : labels.values()) {
            counts[label & 0xff]++;
        }
        int largest = IntStream.range(0, counts.length)
                .filter(label -> counts[label] > 0)
                .max()
                .orElseThrow();
        for (int label = 0; label < largest; label++) {
            if (counts[label] == 0) {
                throw new DataException(
                        "%s has labels up to %d but none that is %d, expected every class: fetch the file again, or give the number of classes"
                                .formatted(labels.path(), largest, label));
            }
        }
        return largest + 1;
    }

    /** An image file and its label file, both sound in themselves and of one length. */
    private record Pair(IdxFile images, IdxFile labels) {
        static Pair ofFolder(FileSource source, String folder, String part) {
            String prefix = folder.endsWith("/") ? folder : folder + "/";
            List<String> images = Stream.of(GREY_RANK, CHANNEL_RANK)
                    .map(rank -> prefix + IdxNames.images(part, rank) + ".gz")
                    .flatMap(name -> IdxNames.withAndWithoutGz(name).stream())
                    .toList();
            return read(source, images, IdxNames.withAndWithoutGz(prefix + IdxNames.labels(part) + ".gz"));
        }

        static Pair read(FileSource source, List<String> imagesPaths, List<String> labelsPaths) {
            IdxFile images = IdxFile.read(source, PackedFile.locate(source, imagesPaths), GREY_RANK, CHANNEL_RANK);
            IdxFile labels = IdxFile.read(source, PackedFile.locate(source, labelsPaths), 1);
            if (images.dimensions()[0] != labels.dimensions()[0]) {
                throw new DataException(
                        "%s has %d images, but %s has %d labels, expected as many: give the two files of one set"
                                .formatted(
                                        images.path(), images.dimensions()[0], labels.path(), labels.dimensions()[0]));
            }
            return new Pair(images, labels);
        }

        ImageSet toImageSet(int classes) {
            int wrong = ImageSet.firstLabelOutside(labels.values(), classes);
            if (wrong >= 0) {
                throw new DataException(
                        "%s has the label %d at index %d, expected 0 to %d (%d classes): correct the file or the number of classes"
                                .formatted(labels.path(), labels.values()[wrong] & 0xff, wrong, classes - 1, classes));
            }
            int[] shape = images.dimensions();
            int last = shape.length - 1;
            int channels = shape.length == CHANNEL_RANK ? shape[1] : 1;
            return new ImageSet(channels, shape[last - 1], shape[last], classes, images.values(), labels.values());
        }
    }
}
