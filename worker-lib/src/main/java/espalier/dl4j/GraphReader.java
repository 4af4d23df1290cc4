package espalier.dl4j;

import espalier.network.LayerSpec;
import espalier.network.NetworkGraph;
import espalier.network.NetworkNode;
import espalier.network.TensorShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.CNN2DFormat;
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
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/**
 * Reads a Deeplearning4j graph's configuration as a {@link NetworkGraph}. Parameters are not needed.
 *
 * <p>A layer or vertex that is not listed here becomes {@link LayerSpec.Opaque}: the channel groups that it touches stay
 * whole. Nothing is guessed.
 */
public final class GraphReader {
    private static final Set<Class<?>> CHANNEL_WISE = Set.of(
            DropoutLayer.class,
            SubsamplingLayer.class,
            GlobalPoolingLayer.class,
            ZeroPaddingLayer.class,
            Cropping2D.class,
            Upsampling2D.class,
            LossLayer.class,
            CnnLossLayer.class,
            ScaleVertex.class,
            ShiftVertex.class);

    private final ComputationGraphConfiguration configuration;
    private final Map<String, InputType> outputTypes = new HashMap<>();
    private final List<NetworkNode> nodes = new ArrayList<>();

    private GraphReader(ComputationGraphConfiguration configuration) {
        this.configuration = configuration;
    }

    /**
     * Reads a graph of one image input.
     *
     * @param configuration of a built graph; not changed
     * @param input shape of one example
     * @param frozen names of producing layers whose channels must all stay
     * @throws IllegalArgumentException if the graph has more than one input or the shape does not fit it
     */
    public static NetworkGraph read(
            ComputationGraphConfiguration configuration, TensorShape input, Predicate<String> frozen) {
        List<String> inputs = configuration.getNetworkInputs();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException(
                    "the network has " + inputs.size() + " inputs " + inputs + "; give one with a single image input");
        }
        GraphReader reader = new GraphReader(configuration);
        reader.outputTypes.put(inputs.get(0), InputType.convolutional(input.height(), input.width(), input.channels()));
        reader.nodes.add(new NetworkNode(inputs.get(0), new LayerSpec.Input(), List.of(), input));
        reader.topologicalOrder().forEach(reader::readVertex);
        return NetworkGraph.of(reader.nodes, new LinkedHashSet<>(configuration.getNetworkOutputs()), frozen);
    }

    private List<String> topologicalOrder() {
        Map<String, Integer> waitingFor = new LinkedHashMap<>();
        Map<String, List<String>> readers = new LinkedHashMap<>();
        configuration.getVertexInputs().forEach((name, inputs) -> {
            waitingFor.put(name, inputs.size());
            inputs.forEach(input ->
                    readers.computeIfAbsent(input, key -> new ArrayList<>()).add(name));
        });
        Deque<String> ready = new ArrayDeque<>(configuration.getNetworkInputs());
        List<String> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            for (String reader : readers.getOrDefault(ready.remove(), List.of())) {
                if (waitingFor.merge(reader, -1, Integer::sum) == 0) {
                    order.add(reader);
                    ready.add(reader);
                }
            }
        }
        return order;
    }

    private void readVertex(String name) {
        List<String> inputs = at(configuration.getVertexInputs(), name);
        GraphVertex vertex = at(configuration.getVertices(), name);
        outputTypes.put(name, outputType(vertex, inputs));
        TensorShape output = shape(at(outputTypes, name));
        if (vertex instanceof LayerVertex layerVertex) {
            InputPreProcessor preProcessor = layerVertex.getPreProcessor();
            if (preProcessor != null) {
                inputs = List.of(addPreProcessor(name, inputs.get(0), preProcessor));
            }
            nodes.add(new NetworkNode(
                    name, specOf(name, layerVertex.getLayerConf().getLayer()), inputs, output));
        } else {
            nodes.add(new NetworkNode(name, specOf(vertex, inputs), inputs, output));
        }
    }

    private InputType outputType(GraphVertex vertex, List<String> inputs) {
        InputType[] types = inputs.stream().map(input -> at(outputTypes, input)).toArray(InputType[]::new);
        if (vertex instanceof SubsetVertex subset && types[0] instanceof InputType.InputTypeConvolutional image) {
            // Deeplearning4j's own answer has the wrong sign.
            return InputType.convolutional(image.getHeight(), image.getWidth(), subset.getTo() - subset.getFrom() + 1);
        }
        if (vertex instanceof LayerVertex layer
                && layer.getLayerConf().getLayer() instanceof LossLayer
                && layer.getPreProcessor() == null) {
            // Deeplearning4j answers with a number of outputs that a loss layer is never given.
            return types[0];
        }
        return vertex.getOutputType(0, types);
    }

    /** A preprocessor sits inside the layer's vertex; here it is a node of its own. */
    private String addPreProcessor(String layer, String input, InputPreProcessor preProcessor) {
        String name = layer + "/input";
        TensorShape before = shapeOf(input);
        LayerSpec spec = specOf(preProcessor);
        nodes.add(new NetworkNode(
                name, spec, List.of(input), TensorShape.vector(before.channels() * before.height() * before.width())));
        return name;
    }

    private TensorShape shapeOf(String node) {
        return nodes.stream()
                .filter(candidate -> candidate.name().equals(node))
                .findFirst()
                .orElseThrow()
                .output();
    }

    private LayerSpec specOf(String name, Layer layer) {
        if (mixesChannelsAfterwards(layer) && !configuration.getNetworkOutputs().contains(name)) {
            return new LayerSpec.Opaque(layer.getClass().getSimpleName() + " with softmax");
        }
        if (layer instanceof ConvolutionLayer convolution && convolution.getCnn2dDataFormat() == CNN2DFormat.NCHW) {
            return convolutionSpec(convolution);
        }
        Class<?> type = layer.getClass();
        if (type == DenseLayer.class) {
            return new LayerSpec.Dense(((DenseLayer) layer).hasBias());
        }
        if (type == OutputLayer.class) {
            return new LayerSpec.Dense(((OutputLayer) layer).hasBias());
        }
        if (type == BatchNormalization.class && ((BatchNormalization) layer).getCnn2DFormat() == CNN2DFormat.NCHW) {
            return new LayerSpec.BatchNormalization();
        }
        if (type == ActivationLayer.class) {
            return new LayerSpec.ChannelWise(
                    ((ActivationLayer) layer).getActivationFn().toString());
        }
        return channelWiseOrOpaque(type);
    }

    /** A softmax depends on all channels, removed ones too; a loss layer at the end is asked by name. */
    private static boolean mixesChannelsAfterwards(Layer layer) {
        IActivation activation = null;
        if (layer instanceof BaseLayer base) {
            activation = base.getActivationFn();
        } else if (layer instanceof ActivationLayer only) {
            activation = only.getActivationFn();
        }
        return activation instanceof ActivationSoftmax;
    }

    private static LayerSpec convolutionSpec(ConvolutionLayer layer) {
        Class<?> type = layer.getClass();
        int[] kernel = layer.getKernelSize();
        if (type == ConvolutionLayer.class) {
            return new LayerSpec.Convolution(kernel[0], kernel[1], layer.hasBias());
        }
        if (type == DepthwiseConvolution2D.class) {
            int multiplier = ((DepthwiseConvolution2D) layer).getDepthMultiplier();
            return new LayerSpec.DepthwiseConvolution(kernel[0], kernel[1], multiplier, layer.hasBias());
        }
        return new LayerSpec.Opaque(type.getSimpleName());
    }

    private LayerSpec specOf(GraphVertex vertex, List<String> inputs) {
        if (vertex instanceof ElementWiseVertex) {
            boolean equal = inputs.stream()
                            .map(this::shapeOf)
                            .map(TensorShape::channels)
                            .distinct()
                            .count()
                    == 1;
            return equal ? new LayerSpec.Sum() : new LayerSpec.Opaque("ElementWiseVertex that broadcasts channels");
        }
        if (vertex instanceof MergeVertex merge) {
            return merge.getMergeAxis() == 1
                    ? new LayerSpec.Concatenation()
                    : new LayerSpec.Opaque("MergeVertex of axis " + merge.getMergeAxis());
        }
        if (vertex instanceof SubsetVertex subset) {
            return new LayerSpec.Subset(subset.getFrom(), subset.getTo());
        }
        if (vertex instanceof PreprocessorVertex preProcessor) {
            return specOf(preProcessor.getPreProcessor());
        }
        return channelWiseOrOpaque(vertex.getClass());
    }

    private static LayerSpec specOf(InputPreProcessor preProcessor) {
        return preProcessor.getClass() == CnnToFeedForwardPreProcessor.class
                        && ((CnnToFeedForwardPreProcessor) preProcessor).getFormat() == CNN2DFormat.NCHW
                ? new LayerSpec.Flatten()
                : new LayerSpec.Opaque(preProcessor.getClass().getSimpleName());
    }

    private static LayerSpec channelWiseOrOpaque(Class<?> type) {
        return CHANNEL_WISE.contains(type)
                ? new LayerSpec.ChannelWise(type.getSimpleName())
                : new LayerSpec.Opaque(type.getSimpleName());
    }

    private static <V> V at(Map<String, V> map, String name) {
        return Objects.requireNonNull(map.get(name), name);
    }

    private static TensorShape shape(InputType type) {
        if (type instanceof InputType.InputTypeConvolutional image) {
            return new TensorShape((int) image.getChannels(), (int) image.getHeight(), (int) image.getWidth());
        }
        if (type instanceof InputType.InputTypeRecurrent sequence) {
            return new TensorShape((int) sequence.getSize(), 1, (int) Math.max(1, sequence.getTimeSeriesLength()));
        }
        return TensorShape.vector((int) type.arrayElementsPerExample());
    }
}
