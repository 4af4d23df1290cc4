package espalier.data;

import java.util.stream.IntStream;

/**
 * Deals the chosen images of a set out in batches, normalised. The set itself is shared, not copied: a sampler for the
 * training part and one for the validation part read the same pixels.
 */
public final class BatchSampler {
    final ImageSet images;
    final float[][] tables;
    final int batchSize;
    private final int[] indices;

    private BatchSampler(ImageSet images, int[] indices, Normalization normalization, int batchSize) {
        Checks.range("batchSize", batchSize, 1, Integer.MAX_VALUE);
        if (normalization.channels() != images.channels()) {
            throw new IllegalArgumentException(
                    "normalization has %d channels, but the images have %d: take it from these images"
                            .formatted(normalization.channels(), images.channels()));
        }
        this.images = images;
        this.indices = indices;
        this.tables = normalization.tables();
        this.batchSize = batchSize;
    }

    /** Over all images of a set. */
    public static BatchSampler of(ImageSet images, Normalization normalization, int batchSize) {
        return new BatchSampler(images, IntStream.range(0, images.count()).toArray(), normalization, batchSize);
    }

    /**
     * Over the chosen images of a set: one part of a {@link Split}.
     *
     * @throws IllegalArgumentException if there is no index, or one outside the set
     */
    public static BatchSampler of(ImageSet images, int[] indices, Normalization normalization, int batchSize) {
        if (indices.length == 0) {
            throw new IllegalArgumentException("indices is empty, but must have at least 1 index: choose images");
        }
        for (int i = 0; i < indices.length; i++) {
            Checks.range("indices[" + i + "]", indices[i], 0, images.count() - 1);
        }
        return new BatchSampler(images, indices.clone(), normalization, batchSize);
    }

    /** The number of images dealt out. */
    public int count() {
        return indices.length;
    }

    /** The number of images in each batch of {@link #training}. */
    public int trainingBatchSize() {
        return Math.min(batchSize, indices.length);
    }

    /**
     * One epoch of training: shuffled and augmented. The order depends on the seed and the epoch alone, the augmentation of
     * a batch on these and on the batch's place in the epoch; so batches may be filled in any order and by any thread. A
     * last batch that is not full is dropped, unless it is the only one.
     */
    public Epoch training(Augmentation augmentation, long seed, int epoch) {
        augmentation.checkFits(images);
        int[] order = indices.clone();
        RandomStreams.shuffle(order, RandomStreams.stream(seed, RandomStreams.ORDER, epoch));
        int batches = Math.max(1, order.length / batchSize);
        return new Epoch(
                this,
                order,
                batches,
                augmentation,
                batch -> RandomStreams.stream(seed, RandomStreams.AUGMENTATION, epoch, batch));
    }

    /** One pass of evaluation: every image once, in the order of the indices, as it is. */
    public Epoch evaluation() {
        int batches = (indices.length - 1) / batchSize + 1;
        return new Epoch(
                this,
                indices,
                batches,
                Augmentation.NONE,
                batch -> RandomStreams.stream(0, RandomStreams.AUGMENTATION));
    }
}
