package espalier.onnx;

import espalier.dl4j.GraphReader;
import espalier.network.NetworkGraph;
import espalier.network.NetworkNode;
import espalier.network.TensorShape;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;

/**
 * Writes a Deeplearning4j graph as an ONNX model for inference: opset {@value ModelBuilder#OPSET}, any batch size, layers
 * by their names. Its outputs are {@value #LOGITS} and, where the last layer has an activation function, {@value
 * #PROBABILITIES}.
 */
public final class OnnxWriter {
    /** Name of the output before the last activation function, [batch, classes]. */
    public static final String LOGITS = "logits";

    /** Name of the output behind it, [batch, classes]. */
    public static final String PROBABILITIES = "probabilities";

    private final ComputationGraphConfiguration configuration;
    private final NetworkGraph network;
    private final String output;
    private final ModelBuilder model = new ModelBuilder("espalier");
    private final LayerWriter layers;
    private final Map<String, String> values = new HashMap<>();

    private OnnxWriter(ComputationGraph graph, TensorShape input) {
        configuration = graph.getConfiguration();
        network = GraphReader.read(configuration, input, name -> false);
        if (configuration.getNetworkOutputs().size() != 1) {
            throw new IllegalArgumentException("the network has the outputs " + configuration.getNetworkOutputs()
                    + "; export to ONNX supports one");
        }
        output = configuration.getNetworkOutputs().get(0);
        layers = new LayerWriter(graph, model);
        String image = configuration.getNetworkInputs().get(0);
        model.input(image, input);
        values.put(image, image);
    }

    /**
     * Writes a network.
     *
     * @param graph initialized; not changed
     * @param input shape of one image
     * @return the bytes of an ONNX file
     * @throws IllegalArgumentException if a layer has no counterpart in ONNX, or the shape does not fit; one line
     */
    public static byte[] write(ComputationGraph graph, TensorShape input) {
        return new OnnxWriter(graph, input).write();
    }

    private byte[] write() {
        Map<String, GroupedConvolutions.Group> groups = findGroups();
        Set<String> written = new HashSet<>();
        groups.values().forEach(group -> group.convolutions().forEach(convolution -> {
            written.add(convolution);
            written.add(network.node(convolution).inputs().get(0));
        }));
        for (NetworkNode node : network.nodes()) {
            GroupedConvolutions.Group group = groups.get(node.name());
            if (group != null) {
                TensorShape source = network.node(group.source()).output();
                values.put(
                        node.name(),
                        layers.grouped(node.name(), group, source, valueOf(group.source()), valueName(node.name())));
            } else if (!written.contains(node.name()) && !node.inputs().isEmpty()) {
                values.put(node.name(), write(node));
            }
        }
        return model.build();
    }

    private Map<String, GroupedConvolutions.Group> findGroups() {
        Map<String, Integer> channels = new HashMap<>();
        network.nodes().forEach(node -> channels.put(node.name(), node.output().channels()));
        GroupedConvolutions finder = new GroupedConvolutions(configuration);
        Map<String, GroupedConvolutions.Group> groups = new HashMap<>();
        for (NetworkNode node : network.nodes()) {
            Optional<GroupedConvolutions.Group> group = finder.endingIn(node.name(), channels);
            group.ifPresent(found -> groups.put(node.name(), found));
        }
        return groups;
    }

    private String valueOf(String node) {
        return Objects.requireNonNull(values.get(node), node);
    }

    /** A layer's value has the layer's name, but for the names that the outputs have. */
    private static String valueName(String node) {
        return node.equals(LOGITS) || node.equals(PROBABILITIES) ? node + "/value" : node;
    }

    private String write(NetworkNode node) {
        String name = node.name();
        List<String> inputs = node.inputs().stream().map(this::valueOf).toList();
        TensorShape before = network.node(node.inputs().get(0)).output();
        GraphVertex vertex = configuration.getVertices().get(name);
        if (name.equals(output)) {
            return writeOutput(node, vertex, before, inputs);
        }
        if (vertex == null) {
            String layer = name.substring(0, name.lastIndexOf('/'));
            LayerVertex owner = (LayerVertex)
                    Objects.requireNonNull(configuration.getVertices().get(layer));
            return writePreProcessor(name, Objects.requireNonNull(owner.getPreProcessor()), inputs);
        }
        return vertex instanceof LayerVertex layer
                ? layers.write(layer.getLayerConf().getLayer(), name, before, inputs.get(0), valueName(name))
                : writeVertex(name, vertex, inputs);
    }

    private String writeOutput(
            NetworkNode node, @Nullable GraphVertex vertex, TensorShape before, List<String> inputs) {
        if (node.output().area() != 1 || !(vertex instanceof LayerVertex layer)) {
            throw new IllegalArgumentException(
                    "the network ends with '%s' of shape %s; export to ONNX supports a layer that gives one vector"
                            .formatted(node.name(), node.output()));
        }
        int classes = node.output().channels();
        boolean activated = layers.writeLast(layer.getLayerConf().getLayer(), node.name(), before, inputs.get(0));
        model.output(LOGITS, classes);
        if (activated) {
            model.output(PROBABILITIES, classes);
        }
        return activated ? PROBABILITIES : LOGITS;
    }

    private String writePreProcessor(String name, InputPreProcessor preProcessor, List<String> inputs) {
        if (preProcessor instanceof CnnToFeedForwardPreProcessor) {
            return model.node("Flatten", name, valueName(name), inputs, ModelBuilder.attribute("axis", 1L));
        }
        if (preProcessor instanceof FeedForwardToCnnPreProcessor image) {
            String shape = model.integers(
                    name + ".shape", -1, image.getNumChannels(), image.getInputHeight(), image.getInputWidth());
            return model.node("Reshape", name, valueName(name), List.of(inputs.get(0), shape));
        }
        throw LayerWriter.unsupported(name, preProcessor);
    }

    private String writeVertex(String name, GraphVertex vertex, List<String> inputs) {
        String value = valueName(name);
        String first = inputs.get(0);
        if (vertex instanceof ElementWiseVertex elementwise) {
            return writeElementwise(name, elementwise.getOp(), inputs);
        }
        if (vertex instanceof MergeVertex) {
            return model.node("Concat", name, value, inputs, ModelBuilder.attribute("axis", 1L));
        }
        if (vertex instanceof SubsetVertex subset) {
            String from = model.integers(name + ".starts", subset.getFrom());
            String to = model.integers(name + ".ends", subset.getTo() + 1);
            String axes = model.integers(name + ".axes", 1);
            return model.node("Slice", name, value, List.of(first, from, to, axes));
        }
        if (vertex instanceof ScaleVertex scale) {
            String factor = model.weights(name + ".factor", new float[] {(float) scale.getScaleFactor()});
            return model.node("Mul", name, value, List.of(first, factor));
        }
        if (vertex instanceof ShiftVertex shift) {
            String summand = model.weights(name + ".summand", new float[] {(float) shift.getShiftFactor()});
            return model.node("Add", name, value, List.of(first, summand));
        }
        if (vertex instanceof PreprocessorVertex preprocessor) {
            return writePreProcessor(name, preprocessor.getPreProcessor(), inputs);
        }
        throw LayerWriter.unsupported(name, vertex);
    }

    private String writeElementwise(String name, ElementWiseVertex.Op function, List<String> inputs) {
        String value = valueName(name);
        return switch (function) {
            case Add -> model.node(inputs.size() == 2 ? "Add" : "Sum", name, value, inputs);
            case Average -> model.node("Mean", name, value, inputs);
            case Max -> model.node("Max", name, value, inputs);
            case Subtract -> model.node("Sub", name, value, inputs);
            case Product -> {
                String product = inputs.get(0);
                for (int i = 1; i < inputs.size(); i++) {
                    String suffix = i == inputs.size() - 1 ? "" : "/" + i;
                    product = model.node("Mul", name + suffix, value + suffix, List.of(product, inputs.get(i)));
                }
                yield product;
            }
        };
    }
}
