package espalier.latency;

import espalier.network.LayerSpec;
import espalier.network.NetworkGraph;
import espalier.network.NetworkNode;
import espalier.network.TensorShape;
import espalier.onnx.OnnxWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Measures every convolution and dense layer of a network alone in ONNX Runtime, at a grid of widths, and writes them as an
 * {@link espalier.cost.LatencyTable}. A convolution's output is averaged over its positions, which costs next to nothing.
 */
public final class LayerLatencies {
    private static final double[] SHARES = {0.125, 0.25, 0.5, 0.75, 1};

    private final ComputationGraphConfiguration configuration;
    private final NetworkGraph network;
    private final LatencySettings settings;
    /** Layers of one kind and shape take the same time. */
    private final Map<String, Double> measured = new HashMap<>();

    public LayerLatencies(ComputationGraphConfiguration configuration, NetworkGraph network, LatencySettings settings) {
        this.configuration = configuration;
        this.network = network;
        this.settings = settings;
    }

    /** Measures all layers; what is written is what {@link espalier.cost.LatencyTable#parse} reads. */
    public String measure() {
        StringBuilder text =
                new StringBuilder("# milliseconds in ONNX Runtime, batch %d, threads %d, median of %d runs%n"
                        .formatted(settings.batch(), settings.threads(), settings.pairs()));
        text.append("layer,inputs,outputs,milliseconds\n");
        for (NetworkNode node : network.nodes()) {
            if (node.spec().hasCost()) {
                measure(node, text);
            }
        }
        return text.toString();
    }

    private void measure(NetworkNode node, StringBuilder text) {
        TensorShape input = network.node(node.inputs().get(0)).output();
        boolean fromImage = network.node(node.inputs().get(0)).spec() instanceof LayerSpec.Input;
        boolean last = network.outputs().contains(node.name());
        if (node.spec() instanceof LayerSpec.DepthwiseConvolution depthwise) {
            for (int inputs : widths(input.channels())) {
                int outputs = inputs * depthwise.multiplier();
                append(text, node.name(), 1, outputs, milliseconds(node, inputs, outputs, input));
            }
            return;
        }
        for (int outputs :
                last ? List.of(node.output().channels()) : widths(node.output().channels())) {
            for (int inputs : fromImage ? List.of(input.channels()) : widths(input.channels())) {
                append(text, node.name(), inputs, outputs, milliseconds(node, inputs, outputs, input));
            }
        }
    }

    private static List<Integer> widths(int full) {
        TreeSet<Integer> widths = new TreeSet<>();
        for (double share : SHARES) {
            widths.add((int) Math.ceil(share * full));
        }
        return List.copyOf(widths);
    }

    private static void append(StringBuilder text, String layer, int inputs, int outputs, double milliseconds) {
        text.append(String.format(Locale.ROOT, "%s,%d,%d,%.6f%n", layer, inputs, outputs, milliseconds));
    }

    private double milliseconds(NetworkNode node, int inputs, int outputs, TensorShape full) {
        TensorShape input = new TensorShape(inputs, full.height(), full.width());
        FeedForwardLayer layer = layer(node.name());
        layer.setNIn(inputs);
        layer.setNOut(outputs);
        String kind = node.spec() + " " + input + " to " + outputs + "x"
                + node.output().height() + "x" + node.output().width();
        return measured.computeIfAbsent(kind, key -> run(key, alone(layer, node), input));
    }

    private FeedForwardLayer layer(String name) {
        LayerVertex vertex =
                (LayerVertex) Objects.requireNonNull(configuration.getVertices().get(name));
        return (FeedForwardLayer) vertex.getLayerConf().clone().getLayer();
    }

    private static ComputationGraph alone(FeedForwardLayer layer, NetworkNode node) {
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder().seed(1).graphBuilder().addInputs("input");
        boolean image = !(node.spec() instanceof LayerSpec.Dense);
        if (image) {
            builder.addLayer("layer", layer, "input")
                    .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "layer");
        } else {
            builder.addLayer("layer", layer, new CnnToFeedForwardPreProcessor(1, 1, layer.getNIn()), "input");
        }
        LossLayer end = new LossLayer.Builder(LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .build();
        if (layer instanceof OutputLayer) {
            builder.setOutputs("layer");
        } else {
            builder.addLayer("end", end, image ? "pool" : "layer").setOutputs("end");
        }
        ComputationGraph graph = new ComputationGraph(builder.build());
        graph.init();
        return graph;
    }

    private double run(String name, ComputationGraph graph, TensorShape input) {
        LatencyModel model = new LatencyModel(name, OnnxWriter.write(graph, input));
        try (LatencyBenchmark benchmark = new LatencyBenchmark(model, model, settings)) {
            LatencyComparison comparison = benchmark.run();
            return Math.min(comparison.first().median(), comparison.second().median());
        }
    }
}
