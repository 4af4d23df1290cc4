package espalier.onednn;

import org.bytedeco.javacpp.FloatPointer;

/**
 * Mean and variance of the last batch at one layer of batch normalization.
 *
 * @param operation that measures them
 * @param means {@code [C]}
 * @param variances {@code [C]}, of the batch itself: divided by the number of values
 */
record BatchStatistics(Operation.BatchNorm operation, FloatPointer means, FloatPointer variances) {

    float[] mean() {
        return read(means);
    }

    float[] variance() {
        return read(variances);
    }

    /**
     * Writes what, subtracted, moves the running statistics towards those of the batch.
     *
     * @param parameters the network's
     * @param gradients as long
     */
    void writePseudoGradients(FlatVector parameters, FlatVector gradients) {
        write(operation.mean(), mean(), parameters, gradients);
        write(operation.variance(), variance(), parameters, gradients);
    }

    private void write(Parameter running, float[] batch, FlatVector parameters, FlatVector gradients) {
        float[] values = new float[batch.length];
        parameters.at(running.offset()).get(values);
        for (int channel = 0; channel < values.length; channel++) {
            values[channel] = (float) ((1 - operation.decay()) * (values[channel] - batch[channel]));
        }
        gradients.at(running.offset()).put(values);
    }

    private float[] read(FloatPointer pointer) {
        float[] values = new float[operation.mean().length()];
        pointer.get(values);
        return values;
    }
}
