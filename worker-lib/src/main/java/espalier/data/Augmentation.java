package espalier.data;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Pad, crop and flip: the image is framed with {@code pad} pixels on each side, a window of its own size is cut at a
 * random place, and then mirrored or not. The frame has pixel value 0 <em>before</em> normalisation (so it is black, not
 * grey), as is usual.
 */
public record Augmentation(int pad, Flip flip) {
    /** Which mirror images training may see. */
    public enum Flip {
        /** Never mirrored: where left and right differ in meaning, as with letters. */
        NONE,
        /** Left and right exchanged in half of the draws. */
        HORIZONTAL
    }

    /** Images as they are: for evaluation, and for training without augmentation. */
    public static final Augmentation NONE = new Augmentation(0, Flip.NONE);

    /** @throws IllegalArgumentException if the padding is negative */
    public Augmentation {
        Checks.range("pad", pad, 0, Integer.MAX_VALUE);
    }

    /**
     * Writes one image, augmented and normalised.
     *
     * @param tables the normalised value of each pixel value, {@code [C, 256]}, from {@link Normalization#tables()}
     * @param random where the window and the mirroring are drawn from; not touched if nothing is random
     * @param target filled with {@code [C, H, W]} from {@code offset} on
     */
    public void write(
            ImageSet images, int index, float[][] tables, RandomGenerator random, float[] target, int offset) {
        int down = pad == 0 ? 0 : random.nextInt(2 * pad + 1) - pad;
        int right = pad == 0 ? 0 : random.nextInt(2 * pad + 1) - pad;
        boolean mirrored = flip == Flip.HORIZONTAL && random.nextBoolean();
        write(images, index, tables, new Window(down, right, mirrored), target, offset);
    }

    /** Checks once what would cut images out of the frame alone. */
    void checkFits(ImageSet images) {
        int side = Math.min(images.height(), images.width());
        if (pad >= side) {
            throw new IllegalArgumentException(
                    "pad is %d, but must be below the image's side of %d pixels: lower it".formatted(pad, side));
        }
    }

    /** Where the crop lies relative to the image, in pixels, and whether it is mirrored afterwards. */
    private record Window(int down, int right, boolean mirrored) {}

    private static void write(ImageSet images, int index, float[][] tables, Window window, float[] target, int offset) {
        int height = images.height();
        int width = images.width();
        int source = index * images.imageSize();
        int row = offset;
        for (int channel = 0; channel < images.channels(); channel++) {
            float[] table = tables[channel];
            for (int y = 0; y < height; y++, row += width) {
                int from = y + window.down();
                if (from < 0 || from >= height) {
                    Arrays.fill(target, row, row + width, table[0]);
                } else {
                    int start = source + (channel * height + from) * width;
                    writeRow(images.pixels(), start, width, table, window, target, row);
                }
            }
        }
    }

    private static void writeRow(
            byte[] pixels, int start, int width, float[] table, Window window, float[] target, int row) {
        int shift = window.right();
        int first = Math.max(0, -shift);
        int end = Math.min(width, width - shift);
        Arrays.fill(target, row, row + width, table[0]);
        if (window.mirrored()) {
            for (int x = first, to = row + width - 1 - first; x < end; x++, to--) {
                target[to] = table[pixels[start + x + shift] & 0xff];
            }
        } else {
            for (int x = first; x < end; x++) {
                target[row + x] = table[pixels[start + x + shift] & 0xff];
            }
        }
    }
}
