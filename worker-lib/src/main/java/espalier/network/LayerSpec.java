package espalier.network;

/**
 * What a node does to channels: creates them, passes each one through, joins them, or something not understood.
 *
 * <p>This is all that coupling and cost need. What else a layer does (its activation, its stride) is in the node's
 * shapes or does not matter here.
 */
public sealed interface LayerSpec {

    /** The network's input. */
    record Input() implements LayerSpec {}

    /**
     * A convolution that mixes all of its input channels.
     *
     * @param kernelHeight rows of the kernel
     * @param kernelWidth columns of the kernel
     * @param bias whether each output channel has a bias
     */
    record Convolution(int kernelHeight, int kernelWidth, boolean bias) implements LayerSpec {
        public Convolution {
            checkKernel(kernelHeight, kernelWidth);
        }
    }

    /**
     * A convolution that looks at every input channel alone: input channel i makes the output channels
     * {@code i * multiplier .. (i + 1) * multiplier - 1}.
     *
     * @param kernelHeight rows of the kernel
     * @param kernelWidth columns of the kernel
     * @param multiplier output channels of each input channel
     * @param bias whether each output channel has a bias
     */
    record DepthwiseConvolution(int kernelHeight, int kernelWidth, int multiplier, boolean bias) implements LayerSpec {
        public DepthwiseConvolution {
            checkKernel(kernelHeight, kernelWidth);
            if (multiplier < 1) {
                throw new IllegalArgumentException("depth multiplier is " + multiplier + "; it must be at least 1");
            }
        }
    }

    /** A fully connected layer on a flat input. */
    record Dense(boolean bias) implements LayerSpec {}

    /** Batch normalization: one scale, shift, mean and variance for each channel. */
    record BatchNormalization() implements LayerSpec {}

    /** Anything that treats every channel alone and keeps their order: activations, pooling, spatial padding, dropout. */
    record ChannelWise(String description) implements LayerSpec {}

    /** {@code [C, H, W]} to {@code [C*H*W, 1, 1]}, channel by channel. */
    record Flatten() implements LayerSpec {}

    /** Element-wise combination of inputs of one shape: channel i of every input and of the output is one channel. */
    record Sum() implements LayerSpec {}

    /** Concatenation along the channels. */
    record Concatenation() implements LayerSpec {}

    /**
     * Some neighbouring channels of its input.
     *
     * @param from first channel
     * @param to last channel, itself included
     */
    record Subset(int from, int to) implements LayerSpec {
        public Subset {
            if (from < 0 || to < from) {
                throw new IllegalArgumentException(
                        "subset takes the channels " + from + " to " + to + "; give 0 <= from <= to");
            }
        }
    }

    /**
     * An operator whose use of channels is not known: what it touches is never pruned.
     *
     * @param description what it is, for the user
     */
    record Opaque(String description) implements LayerSpec {}

    /** Whether every output channel is a new one, made of all input channels. */
    default boolean producesChannels() {
        return this instanceof Convolution || this instanceof Dense;
    }

    /** Whether the layer has multiply-adds that count: convolution and dense layers do. */
    default boolean hasCost() {
        return producesChannels() || this instanceof DepthwiseConvolution;
    }

    private static void checkKernel(int height, int width) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("kernel is " + height + "x" + width + "; both sides must be at least 1");
        }
    }
}
