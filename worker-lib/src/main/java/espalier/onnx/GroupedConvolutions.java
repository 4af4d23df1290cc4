package espalier.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Finds what Deeplearning4j needs for a convolution in groups: ranges of channels, a convolution of each, and their
 * concatenation.
 */
final class GroupedConvolutions {
    /**
     * A convolution in groups.
     *
     * @param source what all ranges are taken from
     * @param convolutions one for each group, in the order of their channels
     */
    record Group(String source, List<String> convolutions) {}

    private final ComputationGraphConfiguration configuration;
    private final Map<String, Integer> readers = new HashMap<>();

    GroupedConvolutions(ComputationGraphConfiguration configuration) {
        this.configuration = configuration;
        configuration
                .getVertexInputs()
                .values()
                .forEach(inputs -> inputs.forEach(input -> readers.merge(input, 1, Integer::sum)));
    }

    /**
     * The group that ends in a vertex, if all its convolutions are equal but for their weights.
     *
     * @param channels number of channels of a vertex's output
     */
    Optional<Group> endingIn(String merge, Map<String, Integer> channels) {
        if (!(vertex(merge) instanceof MergeVertex)) {
            return Optional.empty();
        }
        List<String> parts = inputs(merge);
        String source = sourceOf(parts.get(0));
        int next = 0;
        for (String part : parts) {
            if (source.isEmpty() || !sourceOf(part).equals(source) || !isLike(parts.get(0), part)) {
                return Optional.empty();
            }
            SubsetVertex range =
                    (SubsetVertex) Objects.requireNonNull(vertex(inputs(part).get(0)));
            if (range.getFrom() != next) {
                return Optional.empty();
            }
            next = range.getTo() + 1;
        }
        boolean whole = parts.size() > 1 && next == Objects.requireNonNull(channels.get(source));
        return whole ? Optional.of(new Group(source, parts)) : Optional.empty();
    }

    /** What a convolution's range of channels is taken from; empty if it is no such convolution, or others read it too. */
    private String sourceOf(String part) {
        if (!isReadOnce(part) || convolution(part) == null) {
            return "";
        }
        String slice = inputs(part).get(0);
        return isReadOnce(slice) && vertex(slice) instanceof SubsetVertex
                ? inputs(slice).get(0)
                : "";
    }

    private boolean isReadOnce(String vertex) {
        return readers.getOrDefault(vertex, 0) == 1;
    }

    private @Nullable GraphVertex vertex(String name) {
        return configuration.getVertices().get(name);
    }

    private List<String> inputs(String name) {
        return Objects.requireNonNull(configuration.getVertexInputs().get(name));
    }

    private boolean isLike(String first, String other) {
        ConvolutionLayer one = convolution(first);
        ConvolutionLayer two = convolution(other);
        return one != null
                && two != null
                && one.getNIn() == two.getNIn()
                && one.getNOut() == two.getNOut()
                && one.hasBias() == two.hasBias()
                && one.getConvolutionMode() == two.getConvolutionMode()
                && Arrays.equals(one.getKernelSize(), two.getKernelSize())
                && Arrays.equals(one.getStride(), two.getStride())
                && Arrays.equals(one.getPadding(), two.getPadding())
                && Arrays.equals(one.getDilation(), two.getDilation());
    }

    private @Nullable ConvolutionLayer convolution(String name) {
        return vertex(name) instanceof LayerVertex layer
                        && layer.getPreProcessor() == null
                        && layer.getLayerConf().getLayer() instanceof ConvolutionLayer convolution
                        && convolution.getClass() == ConvolutionLayer.class
                        && convolution.getActivationFn() instanceof ActivationIdentity
                ? convolution
                : null;
    }
}
