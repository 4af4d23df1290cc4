package espalier.onnx;

import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;

/** What a {@link Step} does. Close to ONNX's operators, with every weight at hand and every default filled in. */
@SuppressWarnings("ArrayRecordComponent") // Steps are compared by identity, never their operations.
sealed interface Operation {

    /** The image. */
    record Input() implements Operation {}

    /**
     * A convolution.
     *
     * @param outputs number of output channels
     * @param groups number of groups that channels are convolved in
     * @param weights [outputs, inputs / groups, kernel height, kernel width]
     * @param bias one for each output, or none
     */
    record Convolution(int outputs, int groups, Window window, float[] weights, float @Nullable [] bias)
            implements Operation {}

    /**
     * A fully connected layer.
     *
     * @param weights [inputs, outputs]
     * @param bias one for each output, or none
     */
    record Dense(int outputs, float[] weights, float @Nullable [] bias) implements Operation {}

    /** Batch normalization with the statistics of training. */
    record BatchNormalization(
            float[] scale, float[] shift, float[] mean, float[] variance, double epsilon, double momentum)
            implements Operation {}

    /** scale * x + shift, with one number for all channels or one for each. */
    record Affine(float[] scale, float[] shift) implements Operation {
        boolean isIdentity() {
            return all(scale, 1) && all(shift, 0);
        }

        private static boolean all(float[] values, float wanted) {
            for (float value : values) {
                if (value != wanted) {
                    return false;
                }
            }
            return true;
        }
    }

    /** A function of each value alone. */
    record Activation(IActivation function) implements Operation {}

    /** Softmax over the channels, or its logarithm. */
    record Softmax() implements Operation {}

    /**
     * Pooling.
     *
     * @param maximum the maximum, else the mean
     * @param countPadding whether the mean counts the padding's zeros
     */
    record Pooling(boolean maximum, Window window, boolean countPadding) implements Operation {}

    /** Pooling over all positions, to [C, 1, 1] or [C]. */
    record GlobalPooling(boolean maximum) implements Operation {}

    /** Zeros around an image: [top, left, bottom, right]. */
    record Padding(int[] around) implements Operation {}

    /** Channels of zeros before and after the input's. */
    record ChannelPadding(int before, int after) implements Operation {}

    /** Every stride-th row and column from an offset on; arrays are [rows, columns]. */
    record Sampling(int[] offset, int[] stride) implements Operation {}

    /** Channels from, inclusive, to, inclusive. */
    record Subset(int from, int to) implements Operation {}

    /** Inputs of one shape, value by value. */
    record Elementwise(ElementWiseVertex.Op function) implements Operation {}

    /** Inputs behind each other along the channels. */
    record Concatenation() implements Operation {}

    /** Each row and column several times. */
    record Repetition(int rows, int columns) implements Operation {}

    /** The same values in another shape. */
    record Reshape() implements Operation {}
}
