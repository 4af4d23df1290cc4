package espalier.onednn;

import espalier.network.TensorShape;
import espalier.onednn.Operation.Placement.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;

/** Translates a Deeplearning4j graph into a {@link Program}; refuses whatever it does not know. */
final class GraphLowering {
    private final ComputationGraph graph;
    private final LayerLowering layers;
    private final List<Operation> operations = new ArrayList<>();

    /** What each vertex makes; a value of nothing but zeros is known by its shape alone. */
    private final Map<String, Signal> signals = new HashMap<>();

    private GraphLowering(ComputationGraph graph) {
        this.graph = graph;
        this.layers = new LayerLowering(graph, operations);
    }

    private record Signal(TensorShape shape, @Nullable Value value) {}

    /**
     * Translates.
     *
     * @param shape of one image
     * @throws UnsupportedNetworkException naming the first layer or vertex that has no translation
     */
    static Program lower(ComputationGraph graph, TensorShape shape) {
        ComputationGraphConfiguration configuration = graph.getConfiguration();
        if (configuration.getNetworkInputs().size() != 1
                || configuration.getNetworkOutputs().size() != 1) {
            throw new UnsupportedNetworkException("the network has more than one input or output");
        }
        Value images = new Value(configuration.getNetworkInputs().get(0), shape);
        String output = configuration.getNetworkOutputs().get(0);
        GraphLowering lowering = new GraphLowering(graph);
        lowering.define(images.name(), images);
        for (int index : graph.topologicalSortOrder()) {
            String name = graph.getVertices()[index].getVertexName();
            if (!name.equals(images.name())) {
                lowering.lowerVertex(name, name.equals(output));
            }
        }
        Value logits = Objects.requireNonNull(at(lowering.signals, output).value());
        return new Program(images, logits, lowering.operations).simplified();
    }

    private void lowerVertex(String name, boolean isOutput) {
        GraphVertex vertex = at(graph.getConfiguration().getVertices(), name);
        List<String> inputs = at(graph.getConfiguration().getVertexInputs(), name);
        if (vertex instanceof LayerVertex layerVertex) {
            Layer layer = layerVertex.getLayerConf().getLayer();
            Value input = value(inputs.get(0));
            checkPreProcessor(name, layerVertex.getPreProcessor(), layer, input.shape());
            define(name, isOutput ? layers.classifier(name, layer, input) : layers.lower(name, layer, input));
        } else if (isOutput) {
            throw new UnsupportedNetworkException("the output '" + name + "' is not a layer");
        } else if (vertex instanceof ElementWiseVertex elementWise) {
            add(name, elementWise, inputs);
        } else if (vertex instanceof MergeVertex) {
            merge(name, inputs);
        } else if (vertex instanceof SubsetVertex subset) {
            Value input = value(inputs.get(0));
            place(name, List.of(new Part(input, subset.getFrom(), 0, subset.getTo() - subset.getFrom() + 1)));
        } else if (vertex instanceof ScaleVertex scale && scale.getScaleFactor() == 0) {
            signals.put(name, new Signal(at(signals, inputs.get(0)).shape(), null));
        } else {
            throw new UnsupportedNetworkException(
                    "vertex '" + name + "' is a " + vertex.getClass().getSimpleName());
        }
    }

    /** A dense layer takes its input as it is; nothing else is rearranged. */
    private static void checkPreProcessor(
            String name, @Nullable InputPreProcessor preProcessor, Layer layer, TensorShape input) {
        boolean flattens = (layer instanceof DenseLayer || layer instanceof OutputLayer)
                && preProcessor instanceof CnnToFeedForwardPreProcessor flatten
                && flatten.getFormat() == CNN2DFormat.NCHW
                && flatten.getNumChannels() == input.channels();
        if (preProcessor != null && !flattens) {
            throw new UnsupportedNetworkException(
                    "layer '" + name + "' has a " + preProcessor.getClass().getSimpleName());
        }
    }

    private void add(String name, ElementWiseVertex vertex, List<String> inputs) {
        if (vertex.getOp() != ElementWiseVertex.Op.Add) {
            throw new UnsupportedNetworkException("vertex '" + name + "' computes " + vertex.getOp());
        }
        Value sum = value(inputs.get(0));
        for (int i = 1; i < inputs.size(); i++) {
            Value term = value(inputs.get(i));
            if (!term.shape().equals(sum.shape())) {
                throw new UnsupportedNetworkException("vertex '" + name + "' adds different shapes");
            }
            Value total = new Value(i == inputs.size() - 1 ? name : name + "/" + i, sum.shape());
            operations.add(new Operation.Sum(sum, term, total, false));
            sum = total;
        }
        define(name, sum);
    }

    private void merge(String name, List<String> inputs) {
        List<Part> parts = new ArrayList<>();
        int channels = 0;
        TensorShape shape = at(signals, inputs.get(0)).shape();
        for (String input : inputs) {
            Signal signal = at(signals, input);
            if (signal.shape().height() != shape.height() || signal.shape().width() != shape.width()) {
                throw new UnsupportedNetworkException("vertex '" + name + "' merges along another axis than channels");
            }
            if (signal.value() != null) {
                parts.add(new Part(signal.value(), 0, channels, signal.shape().channels()));
            }
            channels += signal.shape().channels();
        }
        if (parts.isEmpty()) {
            throw new UnsupportedNetworkException("vertex '" + name + "' merges nothing but zeros");
        }
        place(name, channels, parts);
    }

    private void place(String name, List<Part> parts) {
        place(name, parts.get(0).count(), parts);
    }

    private void place(String name, int channels, List<Part> parts) {
        TensorShape input = parts.get(0).input().shape();
        Value output = new Value(name, new TensorShape(channels, input.height(), input.width()));
        operations.add(new Operation.Placement(parts, output));
        define(name, output);
    }

    private void define(String name, Value value) {
        signals.put(name, new Signal(value.shape(), value));
    }

    private Value value(String name) {
        Value value = at(signals, name).value();
        if (value == null) {
            throw new UnsupportedNetworkException("the zeros of '" + name + "' are read as such");
        }
        return value;
    }

    private static <T> T at(Map<String, T> map, String name) {
        return Objects.requireNonNull(map.get(name), name);
    }
}
