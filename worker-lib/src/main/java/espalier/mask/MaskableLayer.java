package espalier.mask;

import espalier.network.LayerSpec;
import espalier.network.NetworkGraph;
import espalier.network.NetworkNode;
import espalier.network.TensorShape;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer whose weights can be masked: a convolution or a dense layer. Its weights are numbered output by output, in each of them input channel by
 * input channel, and in each of these position by position: {@code (output * inputs + input) * positions + position}.
 *
 * @param name of the layer
 * @param kind tells how Deeplearning4j lays its weights out
 * @param outputs output channels
 * @param inputs input channels; behind a flatten those of the image that was flattened
 * @param positions weights that join an input channel to an output channel: those of a kernel, or of a flattened image
 * @param area places of its output that each weight is used at
 * @param bias whether each output has a bias, which is never masked
 */
public record MaskableLayer(String name, Kind kind, int outputs, int inputs, int positions, int area, boolean bias) {

    /** How Deeplearning4j lays weights out. */
    public enum Kind {
        /** {@code [outputs, inputs, height, width]} */
        CONVOLUTION,
        /** {@code [inputs * positions, outputs]} */
        DENSE
    }

    /** The layers of a network, in its order. Depthwise convolutions have no pairs of channels to mask. */
    public static List<MaskableLayer> of(NetworkGraph network) {
        List<MaskableLayer> layers = new ArrayList<>();
        for (NetworkNode node : network.nodes()) {
            if (node.spec() instanceof LayerSpec.Convolution convolution) {
                layers.add(new MaskableLayer(
                        node.name(),
                        Kind.CONVOLUTION,
                        node.output().channels(),
                        input(network, node).channels(),
                        convolution.kernelHeight() * convolution.kernelWidth(),
                        node.output().area(),
                        convolution.bias()));
            } else if (node.spec() instanceof LayerSpec.Dense dense) {
                TensorShape image =
                        flattened(network, network.node(node.inputs().get(0)));
                layers.add(new MaskableLayer(
                        node.name(),
                        Kind.DENSE,
                        node.output().channels(),
                        image.channels(),
                        image.area(),
                        1,
                        dense.bias()));
            }
        }
        return layers;
    }

    private static TensorShape input(NetworkGraph network, NetworkNode node) {
        return network.node(node.inputs().get(0)).output();
    }

    /** The image that a vector was flattened from, as far as that is known; else the vector. */
    private static TensorShape flattened(NetworkGraph network, NetworkNode vector) {
        if (vector.spec() instanceof LayerSpec.Flatten) {
            return input(network, vector);
        }
        return vector.spec() instanceof LayerSpec.ChannelWise
                        && input(network, vector).equals(vector.output())
                ? flattened(network, network.node(vector.inputs().get(0)))
                : vector.output();
    }

    /** Pairs of an output channel and an input channel. */
    public int pairs() {
        return outputs * inputs;
    }

    /** Weights of the whole layer. */
    public int weights() {
        return pairs() * positions;
    }

    /** Where Deeplearning4j has a weight, counted in 'c' order of its array. */
    int position(int weight) {
        if (kind == Kind.CONVOLUTION) {
            return weight;
        }
        int perOutput = inputs * positions;
        return weight % perOutput * outputs + weight / perOutput;
    }
}
