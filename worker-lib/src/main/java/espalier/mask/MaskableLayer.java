package espalier.mask;

import espalier.network.LayerSpec;
import espalier.network.NetworkGraph;
import espalier.network.NetworkNode;
import espalier.network.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

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
 * @param end whether it is the first or the last of its network
 */
public record MaskableLayer(
        String name, Kind kind, int outputs, int inputs, int positions, int area, boolean bias, End end) {

    /** Where a layer stands in its network. */
    public enum End {
        FIRST,
        LAST,
        NEITHER
    }

    /** How Deeplearning4j lays weights out. */
    public enum Kind {
        /** {@code [outputs, inputs, height, width]} */
        CONVOLUTION,
        /** {@code [inputs * positions, outputs]} */
        DENSE
    }

    /** The layers of a network, in its order. Depthwise convolutions have no pairs of channels to mask. */
    public static List<MaskableLayer> of(NetworkGraph network) {
        return of(network, name -> false);
    }

    /**
     * The layers of a network that may be masked, in its order.
     *
     * @param frozen names of layers that keep all weights
     */
    public static List<MaskableLayer> of(NetworkGraph network, Predicate<String> frozen) {
        List<NetworkNode> nodes = network.nodes().stream()
                .filter(node -> node.spec().producesChannels())
                .toList();
        List<MaskableLayer> layers = new ArrayList<>();
        for (int index = 0; index < nodes.size(); index++) {
            End end = index == 0 ? End.FIRST : index == nodes.size() - 1 ? End.LAST : End.NEITHER;
            if (!frozen.test(nodes.get(index).name())) {
                layers.add(of(network, nodes.get(index), end));
            }
        }
        return layers;
    }

    private static MaskableLayer of(NetworkGraph network, NetworkNode node, End end) {
        int outputs = node.output().channels();
        if (node.spec() instanceof LayerSpec.Convolution convolution) {
            return new MaskableLayer(
                    node.name(),
                    Kind.CONVOLUTION,
                    outputs,
                    input(network, node).channels(),
                    convolution.kernelHeight() * convolution.kernelWidth(),
                    node.output().area(),
                    convolution.bias(),
                    end);
        }
        TensorShape image = flattened(network, network.node(node.inputs().get(0)));
        boolean bias = node.spec() instanceof LayerSpec.Dense dense && dense.bias();
        return new MaskableLayer(node.name(), Kind.DENSE, outputs, image.channels(), image.area(), 1, bias, end);
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
