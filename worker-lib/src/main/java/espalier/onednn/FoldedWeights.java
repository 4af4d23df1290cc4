package espalier.onednn;

/** Weights and bias of a convolution that does what the convolution and the batch normalization behind it did. */
final class FoldedWeights {
    private final float[] weights;
    private final float[] bias;

    private FoldedWeights(float[] weights, float[] bias) {
        this.weights = weights;
        this.bias = bias;
    }

    static FoldedWeights of(Operation.FusedConvolution operation, CompilationContext context) {
        Operation.Convolution convolution = operation.convolution();
        float[] weights = context.read(convolution.weights());
        float[] bias = convolution.bias() == null
                ? new float[operation.output().shape().channels()]
                : context.read(convolution.bias());
        if (operation.norm() != null) {
            fold(weights, bias, operation.norm(), context);
        }
        return new FoldedWeights(weights, bias);
    }

    private static void fold(float[] weights, float[] bias, Operation.BatchNorm norm, CompilationContext context) {
        int channels = bias.length;
        int each = weights.length / channels;
        float[] scaleShift = context.read(norm.scaleShift());
        float[] mean = context.read(norm.mean());
        float[] variance = context.read(norm.variance());
        for (int channel = 0; channel < channels; channel++) {
            double scale = scaleShift[channel] / Math.sqrt(norm.runningVariance(variance[channel]) + norm.epsilon());
            bias[channel] = (float) (scaleShift[channels + channel] + (bias[channel] - mean[channel]) * scale);
            for (int i = channel * each; i < (channel + 1) * each; i++) {
                weights[i] = (float) (weights[i] * scale);
            }
        }
    }

    /** {@code [O, I, kH, kW]}, with groups {@code [G, O, I, kH, kW]}. */
    float[] weights() {
        return weights;
    }

    /** {@code [O]}. */
    float[] bias() {
        return bias;
    }
}
