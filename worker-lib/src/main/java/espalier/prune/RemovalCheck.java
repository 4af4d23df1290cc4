package espalier.prune;

import espalier.network.ChannelLayout;
import espalier.network.NetworkGraph;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.shape.Gather;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * What comes of comparing a narrow network with the original whose removed channels are forced to zero, layer by layer, in
 * inference.
 *
 * <p>A layer's error is its largest absolute difference, over the largest absolute value of the layer or 1, whichever is
 * more. Of probabilities the logarithm is compared, so that a softmax hides nothing.
 *
 * @param layers compared, vertices and inputs included
 * @param worstError largest error of a layer up to the first that differs
 * @param firstDifference what is wrong with the first layer that differs; empty if none does
 */
public record RemovalCheck(int layers, double worstError, String firstDifference) {
    /** Largest error of a layer that is rounding; float activations of deep networks stay well below. */
    public static final double TOLERANCE = 1e-4;

    /** Below this, the logarithm of a probability is noise. */
    private static final double LEAST_PROBABILITY = 1e-30;

    /** Whether the narrow network computes what it must. */
    public boolean passed() {
        return firstDifference.isEmpty();
    }

    /**
     * Compares two networks on the same images.
     *
     * @param original the unpruned network; its weights are those that {@code narrow} inherits
     * @param network nodes and units of the original
     * @param narrow the network that keeps {@code keptUnits}
     * @param images {@code [N, C, H, W]}
     */
    public static RemovalCheck compare(
            ComputationGraph original,
            NetworkGraph network,
            ComputationGraph narrow,
            BitSet keptUnits,
            INDArray images) {
        Map<String, INDArray> expected = new LinkedHashMap<>();
        forward(original, images, (name, activations) -> {
            ChannelLayout layout = network.outputLayout(name);
            expected.put(name, select(activations, layout, keptUnits));
            return mask(activations, layout, keptUnits);
        });
        Map<String, INDArray> actual = new HashMap<>();
        forward(narrow, images, (name, activations) -> {
            actual.put(name, activations);
            return activations;
        });
        return compare(probabilities(original), expected, actual);
    }

    /** The outputs that end with a softmax. */
    private static Set<String> probabilities(ComputationGraph graph) {
        return graph.getConfiguration().getNetworkOutputs().stream()
                .filter(name ->
                        Objects.requireNonNull(graph.getLayer(name)).conf().getLayer() instanceof BaseLayer layer
                                && layer.getActivationFn() instanceof ActivationSoftmax)
                .collect(Collectors.toSet());
    }

    private static RemovalCheck compare(
            Set<String> probabilities, Map<String, INDArray> expected, Map<String, INDArray> actual) {
        double worst = 0;
        for (Map.Entry<String, INDArray> layer : expected.entrySet()) {
            String name = layer.getKey();
            INDArray left = layer.getValue();
            INDArray right = Objects.requireNonNull(actual.get(name), name);
            if (!Arrays.equals(left.shape(), right.shape())) {
                String difference = "layer '%s' has shape %s, and the original without its removed channels %s"
                        .formatted(name, Arrays.toString(right.shape()), Arrays.toString(left.shape()));
                return new RemovalCheck(expected.size(), worst, difference);
            }
            double error = probabilities.contains(name) ? error(log(left), log(right)) : error(left, right);
            if (!(error <= TOLERANCE)) {
                String difference =
                        "layer '%s' differs by %.2g, more than %.0e, from the original's with removed channels at zero"
                                .formatted(name, error, TOLERANCE);
                return new RemovalCheck(expected.size(), worst, difference);
            }
            worst = Math.max(worst, error);
        }
        return new RemovalCheck(expected.size(), worst, "");
    }

    private static double error(INDArray expected, INDArray actual) {
        double scale = Math.max(1, expected.amaxNumber().doubleValue());
        return expected.sub(actual).amaxNumber().doubleValue() / scale;
    }

    private static INDArray log(INDArray probabilities) {
        return Transforms.log(Transforms.max(probabilities, LEAST_PROBABILITY));
    }

    /** Sees the activations of a vertex, and says what its readers get. */
    private interface Visitor {
        INDArray visit(String name, INDArray activations);
    }

    private static void forward(ComputationGraph graph, INDArray images, Visitor visitor) {
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        graph.setInput(0, images); // layers ask the graph for the batch size
        GraphVertex[] vertices = graph.getVertices();
        INDArray[] activations = new INDArray[vertices.length];
        for (int index : graph.topologicalSortOrder()) {
            GraphVertex vertex = vertices[index];
            INDArray output = images;
            if (!vertex.isInputVertex()) {
                VertexIndices[] inputs = vertex.getInputVertices();
                for (int input = 0; input < inputs.length; input++) {
                    vertex.setInput(input, activations[inputs[input].getVertexIndex()].dup(), workspaces);
                }
                output = vertex.doForward(false, workspaces).dup();
                vertex.clear();
            }
            activations[index] = visitor.visit(vertex.getVertexName(), output);
        }
    }

    private static INDArray mask(INDArray activations, ChannelLayout layout, BitSet keptUnits) {
        if (layout.keptChannels(keptUnits).length == layout.channels()) {
            return activations;
        }
        float[] factors = new float[layout.channels()];
        for (int channel = 0; channel < factors.length; channel++) {
            factors[channel] = keptUnits.get(layout.unit(channel)) ? 1 : 0;
        }
        long[] shape = new long[activations.rank()];
        Arrays.fill(shape, 1);
        shape[1] = factors.length;
        return activations.mul(Nd4j.createFromArray(factors).reshape(shape));
    }

    /** What is left whole may be of any form. */
    private static INDArray select(INDArray activations, ChannelLayout layout, BitSet keptUnits) {
        int[] channels = layout.keptChannels(keptUnits);
        if (channels.length == layout.channels()) {
            return activations;
        }
        long[] shape = activations.shape().clone();
        shape[1] = channels.length;
        // The operation drops an axis of one index.
        return Nd4j.exec(new Gather(activations, channels, 1))[0].reshape(shape);
    }
}
