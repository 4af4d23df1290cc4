package espalier.data;

import java.util.stream.IntStream;

/** Deals the images of a set out in batches, normalised. */
public final class BatchSampler {
    final ImageSet images;
    final float[][] tables;
    final int batchSize;
    private final int[] indices;

    private BatchSampler(ImageSet images, Normalization normalization, int batchSize) {
        Checks.range("batchSize", batchSize, 1, Integer.MAX_VALUE);
        if (normalization.channels() != images.channels()) {
            throw new IllegalArgumentException(
                    "normalization has %d channels, but the images have %d: take it from these images"
                            .formatted(normalization.channels(), images.channels()));
        }
        this.images = images;
        this.indices = IntStream.range(0, images.count()).toArray();
        this.tables = normalization.tables();
        this.batchSize = batchSize;
    }

    /** Over all images of a set. */
    public static BatchSampler of(ImageSet images, Normalization normalization, int batchSize) {
        return new BatchSampler(images, normalization, batchSize);
    }

    /** The number of images dealt out. */
    public int count() {
        return images.count();
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

    /** One pass of evaluation: every image once, in the order of the set, as it is. */
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
