package espalier.data;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * One pass over images in batches. {@link #fill} depends on nothing but the batch's number: it may be called in any order,
 * again, and from several threads that own their arrays.
 */
public final class Epoch {
    private final BatchSampler sampler;
    private final int[] order;
    private final int batches;
    private final Augmentation augmentation;
    private final IntFunction<RandomGenerator> randomOfBatch;

    Epoch(
            BatchSampler sampler,
            int[] order,
            int batches,
            Augmentation augmentation,
            IntFunction<RandomGenerator> randomOfBatch) {
        this.sampler = sampler;
        this.order = order;
        this.batches = batches;
        this.augmentation = augmentation;
        this.randomOfBatch = randomOfBatch;
    }

    /** The number of batches. */
    public int batches() {
        return batches;
    }

    /** The number of images in one batch: less than the batch size at most in the last. */
    public int size(int batch) {
        Checks.range("batch", batch, 0, batches - 1);
        return Math.min(sampler.batchSize, order.length - batch * sampler.batchSize);
    }

    /** The largest batch: what reusable arrays must have room for. */
    public int largestSize() {
        return size(0);
    }

    /** The indices of a batch's images in the set. */
    public int[] indices(int batch) {
        int size = size(batch);
        int start = batch * sampler.batchSize;
        return Arrays.copyOfRange(order, start, start + size);
    }

    /**
     * Writes one batch.
     *
     * @param pixels filled with {@code [B, C, H, W]} from 0 on; what lies behind stays as it is
     * @param labels filled with {@code [B]} from 0 on
     * @return the number of images B
     * @throws IllegalArgumentException if an array is too short
     */
    public int fill(int batch, float[] pixels, int[] labels) {
        int size = size(batch);
        ImageSet images = sampler.images;
        int imageSize = images.imageSize();
        checkRoom("pixels", pixels.length, (long) size * imageSize);
        checkRoom("labels", labels.length, size);
        RandomGenerator random = randomOfBatch.apply(batch);
        int start = batch * sampler.batchSize;
        for (int i = 0; i < size; i++) {
            int index = order[start + i];
            augmentation.write(images, index, sampler.tables, random, pixels, i * imageSize);
            labels[i] = images.label(index);
        }
        return size;
    }

    private static void checkRoom(String name, int length, long needed) {
        if (length < needed) {
            throw new IllegalArgumentException("%s has room for %d values, but the batch needs %d: give a longer array"
                    .formatted(name, length, needed));
        }
    }
}
