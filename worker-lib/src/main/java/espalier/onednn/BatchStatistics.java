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
        float[] mean = mean();
        float[] variance = variance();
        float[] runningMean = new float[mean.length];
        float[] runningVariance = new float[mean.length];
        parameters.at(operation.mean().offset()).get(runningMean);
        parameters.at(operation.variance().offset()).get(runningVariance);
        for (int channel = 0; channel < mean.length; channel++) {
            mean[channel] = (float) ((1 - operation.decay()) * (runningMean[channel] - mean[channel]));
            variance[channel] = (float) operation.pseudoGradient(runningVariance[channel], variance[channel]);
        }
        gradients.at(operation.mean().offset()).put(mean);
        gradients.at(operation.variance().offset()).put(variance);
    }

    private float[] read(FloatPointer pointer) {
        float[] values = new float[operation.mean().length()];
        pointer.get(values);
        return values;
    }
}
