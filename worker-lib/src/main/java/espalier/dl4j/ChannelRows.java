package espalier.dl4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Float activations {@code [N, C, H, W]} seen as N·C rows of H·W contiguous values, with the few passes that batch normalisation needs.
 *
 * <p>Each pass is the fastest that ND4J has for it on one thread: the sum over a row is a matrix–vector product through oneDNN, one factor for each
 * channel is a scalar product row by row, and one term for each channel is a bias addition.
 */
final class ChannelRows {
    private final INDArray array;
    private final INDArray rows;
    private final int channels;

    /** @param array {@code [N, C, H, W]} in contiguous 'c' order, which the passes that assign write to */
    ChannelRows(INDArray array) {
        this.array = array;
        this.channels = Math.toIntExact(array.size(1));
        this.rows = array.reshape('c', array.size(0) * channels, array.size(2) * array.size(3));
    }

    int channels() {
        return channels;
    }

    /** Values of one channel, N·H·W. */
    long count() {
        return array.length() / channels;
    }

    /** The sum of each channel: within a row in float, over the rows of a channel in double. */
    double[] sums() {
        INDArray ones = Nd4j.ones(DataType.FLOAT, rows.size(1), 1);
        INDArray rowSums = Nd4j.createUninitialized(DataType.FLOAT, rows.size(0), 1);
        Nd4j.exec(DynamicCustomOp.builder("matmul")
                .addInputs(rows, ones)
                .addOutputs(rowSums)
                .build());
        float[] values = rowSums.data().asFloat();
        double[] sums = new double[channels];
        for (int row = 0; row < values.length; row++) {
            sums[row % channels] += values[row];
        }
        return sums;
    }

    /** Becomes {@code left · right}, element by element. */
    void assignProduct(ChannelRows left, ChannelRows right) {
        left.array.mul(right.array, array);
    }

    /** Becomes {@code source · factors[channel]}. */
    void assignScaled(ChannelRows source, double[] factors) {
        float[] rowFactors = new float[Math.toIntExact(rows.size(0))];
        for (int row = 0; row < rowFactors.length; row++) {
            rowFactors[row] = (float) factors[row % channels];
        }
        INDArray column = Nd4j.create(rowFactors, new long[] {rowFactors.length, 1}, 'c');
        ScalarMultiplication product = new ScalarMultiplication(source.rows, column, rows, 0.0);
        product.setDimension(1);
        Nd4j.getExecutioner().exec(product);
    }

    /** Becomes {@code source + terms[channel]}. */
    void assignShifted(ChannelRows source, double[] terms) {
        float[] bias = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            bias[channel] = (float) terms[channel];
        }
        Nd4j.exec(DynamicCustomOp.builder("biasadd")
                .addInputs(source.array, Nd4j.create(bias, new long[] {channels}, 'c'))
                .addOutputs(array)
                .addBooleanArguments(true)
                .build());
    }

    /** Adds {@code other}, element by element. */
    void add(ChannelRows other) {
        array.addi(other.array);
    }
}
