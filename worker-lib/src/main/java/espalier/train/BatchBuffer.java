package espalier.train;

import espalier.data.Epoch;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The arrays of one batch, allocated once and filled again for every batch: images {@code [B, C, H, W]} and one-hot labels
 * {@code [B, classes]}. Belongs to one thread.
 */
final class BatchBuffer implements AutoCloseable {
    private final float[] pixels;
    private final int[] labels;
    private final float[] targets;
    private final int classes;
    private final INDArray images;
    private final INDArray oneHot;

    BatchBuffer(int batchSize, int channels, int height, int width, int classes) {
        this.classes = classes;
        pixels = new float[batchSize * channels * height * width];
        labels = new int[batchSize];
        targets = new float[batchSize * classes];
        images = Nd4j.createUninitialized(DataType.FLOAT, batchSize, channels, height, width);
        oneHot = Nd4j.createUninitialized(DataType.FLOAT, batchSize, classes);
    }

    /**
     * Fills the buffer.
     *
     * @return number of images; smaller than the buffer for a last, partial batch
     */
    int fill(Epoch epoch, int batch) {
        return epoch.fill(batch, pixels, labels);
    }

    /** Images from the first place on, {@code [B, C, H, W]}. */
    float[] pixels() {
        return pixels;
    }

    /** Targets of the first {@code size} places, {@code [B, classes]}: 1 - smoothing on the label, smoothing spread over all classes. */
    float[] probabilities(int size, double smoothing) {
        Arrays.fill(targets, (float) (smoothing / classes));
        for (int i = 0; i < size; i++) {
            targets[i * classes + labels[i]] += (float) (1 - smoothing);
        }
        return targets;
    }

    /** Images of the first {@code size} places, a view of an array of Deeplearning4j. */
    INDArray images(int size) {
        images.data().setData(pixels);
        return firstRows(images, size);
    }

    /** The {@link #probabilities} of the first {@code size} places, a view of an array of Deeplearning4j. */
    INDArray targets(int size, double smoothing) {
        oneHot.data().setData(probabilities(size, smoothing));
        return firstRows(oneHot, size);
    }

    int label(int place) {
        return labels[place];
    }

    private static INDArray firstRows(INDArray array, int rows) {
        if (rows == array.size(0)) {
            return array;
        }
        long[] shape = array.shape().clone();
        shape[0] = rows;
        return Nd4j.create(array.data(), shape, Nd4j.getStrides(shape, 'c'), 0, 'c');
    }

    @Override
    public void close() {
        images.close();
        oneHot.close();
    }
}
