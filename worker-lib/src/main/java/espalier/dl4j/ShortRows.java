package espalier.dl4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rows that are too short for a native call each: every step of a pass is one ND4J operation on all of them, the fastest that was found for it. Sums are
 * matrix–vector products through oneDNN, factors are scalar products row by row, terms are bias additions.
 */
final class ShortRows extends ChannelRows {
    ShortRows(INDArray array) {
        super(array);
    }

    @Override
    ChannelSums sums(ChannelRows other, ChannelRows scratch) {
        float[] values = rowSums(array);
        array.mul(other.array, scratch.array);
        float[] products = rowSums(scratch.array);
        ChannelSums sums = new ChannelSums(channels);
        for (int row = 0; row < rows; row++) {
            sums.add(row % channels, values[row], products[row]);
        }
        return sums;
    }

    @Override
    void assign(double[] factors, ChannelRows source, double[] terms) {
        multiply(source.array, factors, array);
        add(terms);
    }

    @Override
    void assign(double[] factors, ChannelRows source, double[] otherFactors, ChannelRows other, double[] terms) {
        multiply(source.array, factors, array);
        INDArray scaled = Nd4j.createUninitialized(DataType.FLOAT, array.shape());
        multiply(other.array, otherFactors, scaled);
        array.addi(scaled);
        add(terms);
    }

    private float[] rowSums(INDArray values) {
        INDArray ones = Nd4j.ones(DataType.FLOAT, length, 1);
        INDArray sums = Nd4j.createUninitialized(DataType.FLOAT, rows, 1);
        Nd4j.exec(DynamicCustomOp.builder("matmul")
                .addInputs(matrix(values), ones)
                .addOutputs(sums)
                .build());
        return sums.data().asFloat();
    }

    private void multiply(INDArray source, double[] factors, INDArray target) {
        float[] rowFactors = new float[rows];
        for (int row = 0; row < rows; row++) {
            rowFactors[row] = (float) factors[row % channels];
        }
        INDArray column = Nd4j.create(rowFactors, new long[] {rows, 1}, 'c');
        ScalarMultiplication product = new ScalarMultiplication(matrix(source), column, matrix(target), 0.0);
        product.setDimension(1);
        Nd4j.getExecutioner().exec(product);
    }

    private void add(double[] terms) {
        float[] bias = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            bias[channel] = (float) terms[channel];
        }
        Nd4j.exec(DynamicCustomOp.builder("biasadd")
                .addInputs(array, Nd4j.create(bias, new long[] {channels}, 'c'))
                .addOutputs(array)
                .addBooleanArguments(true)
                .build());
    }

    private INDArray matrix(INDArray values) {
        return values.reshape('c', rows, length);
    }
}
