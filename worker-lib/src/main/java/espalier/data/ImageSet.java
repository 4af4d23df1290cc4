package espalier.data;

import java.util.Arrays;

/**
 * Labelled 8-bit images, small enough for the memory of one process: {@code pixels} is {@code [N, C, H, W]}, one unsigned
 * byte each, and {@code labels} is {@code [N]}, one unsigned byte each.
 *
 * <p>The set is immutable by agreement, not by copies: the constructor takes the arrays over and the accessors return
 * them as they are, because the batch loop reads them for every image. Nobody writes to them after construction.
 */
@SuppressWarnings("ArrayRecordComponent")
public record ImageSet(int channels, int height, int width, int classes, byte[] pixels, byte[] labels) {
    /** The largest number of classes that one byte can tell apart. */
    public static final int MAXIMUM_CLASSES = 256;

    /**
     * @throws IllegalArgumentException if a dimension is not positive, the set is empty, the arrays do not fit each other,
     *     or a label is not below {@code classes}
     */
    public ImageSet {
        Checks.range("channels", channels, 1, Integer.MAX_VALUE);
        Checks.range("height", height, 1, Integer.MAX_VALUE);
        Checks.range("width", width, 1, Integer.MAX_VALUE);
        Checks.range("classes", classes, 1, MAXIMUM_CLASSES);
        if (labels.length == 0) {
            throw new IllegalArgumentException("labels is empty: an image set needs at least 1 image");
        }
        checkPixels(pixels.length, labels.length, channels, height, width);
        int wrong = firstLabelOutside(labels, classes);
        if (wrong >= 0) {
            throw new IllegalArgumentException(
                    "labels[%d] is %d, but must be below classes = %d: correct the label or the number of classes"
                            .formatted(wrong, labels[wrong] & 0xff, classes));
        }
    }

    /** The number of images. */
    public int count() {
        return labels.length;
    }

    /** Values in one image: channels × height × width. */
    public int imageSize() {
        return channels * height * width;
    }

    /** The class of one image, 0 to {@code classes - 1}. */
    public int label(int index) {
        return labels[index] & 0xff;
    }

    /** How many images each class has. */
    public int[] classCounts() {
        int[] counts = new int[classes];
        for (byte label : labels) {
            counts[label & 0xff]++;
        }
        return counts;
    }

    /** A copy of the chosen images, in the given order; an index may repeat. */
    public ImageSet subset(int[] indices) {
        int size = imageSize();
        byte[] chosenPixels = new byte[Math.multiplyExact(indices.length, size)];
        byte[] chosenLabels = new byte[indices.length];
        for (int i = 0; i < indices.length; i++) {
            int index = Checks.range("indices[" + i + "]", indices[i], 0, count() - 1);
            System.arraycopy(pixels, index * size, chosenPixels, i * size, size);
            chosenLabels[i] = labels[index];
        }
        return new ImageSet(channels, height, width, classes, chosenPixels, chosenLabels);
    }

    /** The first {@code images} images, or this set if it has no more. */
    public ImageSet limit(int images) {
        Checks.range("images", images, 1, Integer.MAX_VALUE);
        if (images >= count()) {
            return this;
        }
        byte[] firstPixels = Arrays.copyOf(pixels, images * imageSize());
        return new ImageSet(channels, height, width, classes, firstPixels, Arrays.copyOf(labels, images));
    }

    /** The index of the first label that is not below {@code classes}, or -1. */
    static int firstLabelOutside(byte[] labels, int classes) {
        for (int i = 0; i < labels.length; i++) {
            if ((labels[i] & 0xff) >= classes) {
                return i;
            }
        }
        return -1;
    }

    private static void checkPixels(int pixels, int images, int channels, int height, int width) {
        // Divides instead of multiplying: the product of four ints may not fit a long.
        boolean fits = pixels % images == 0
                && pixels / images % channels == 0
                && pixels / images / channels % height == 0
                && pixels / images / channels / height == width;
        if (!fits) {
            throw new IllegalArgumentException(
                    "pixels has %d bytes, but must have %d images x %d channels x %d x %d: correct the shape or the arrays"
                            .formatted(pixels, images, channels, height, width));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageSet that
                && channels == that.channels
                && height == that.height
                && width == that.width
                && classes == that.classes
                && Arrays.equals(labels, that.labels)
                && Arrays.equals(pixels, that.pixels);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(labels);
    }

    @Override
    public String toString() {
        return "ImageSet[%d images of %d x %d x %d, %d classes]".formatted(count(), channels, height, width, classes);
    }
}
