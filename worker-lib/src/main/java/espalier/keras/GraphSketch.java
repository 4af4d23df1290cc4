package espalier.keras;

import espalier.network.TensorShape;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** A Deeplearning4j graph while it grows: layers and vertices by name, their inputs, and weights. */
final class GraphSketch {
    private final Set<String> reserved;
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private final Map<String, GraphVertex> vertices = new LinkedHashMap<>();
    private final Map<String, List<String>> inputs = new LinkedHashMap<>();
    private final Map<String, Map<String, INDArray>> weights = new LinkedHashMap<>();

    /** @param reserved names that no derived vertex may have */
    GraphSketch(Collection<String> reserved) {
        this.reserved = new HashSet<>(reserved);
    }

    /** A name for a vertex that is made besides the one that has the layer's name. */
    String derivedName(String layer, String suffix) {
        String name = layer + "_" + suffix;
        while (!reserved.add(name)) {
            name += "_";
        }
        return name;
    }

    /** Adds a layer without weights, or replaces the one of this name. */
    String add(String name, Layer layer, String input) {
        return add(name, layer, input, Map.of());
    }

    /**
     * Adds a layer, or replaces the one of this name.
     *
     * @param weights by the key that Deeplearning4j has for them
     */
    String add(String name, Layer layer, String input, Map<String, INDArray> weights) {
        layers.put(name, layer);
        inputs.put(name, List.of(input));
        this.weights.put(name, weights);
        return name;
    }

    String add(String name, GraphVertex vertex, List<String> inputs) {
        vertices.put(name, vertex);
        this.inputs.put(name, List.copyOf(inputs));
        return name;
    }

    @Nullable
    Layer layer(String name) {
        return layers.get(name);
    }

    Map<String, INDArray> weights(String layer) {
        return weights.getOrDefault(layer, Map.of());
    }

    List<String> inputs(String name) {
        return inputs.getOrDefault(name, List.of());
    }

    /** How many vertices read this one. */
    long readers(String name) {
        return inputs.values().stream().filter(read -> read.contains(name)).count();
    }

    /** The graph with its weights; what no output needs is left out. */
    ComputationGraph build(String input, TensorShape image, List<String> outputs) {
        // The updater is never used. It is set so that a saved network restores anywhere.
        GraphBuilder builder = new NeuralNetConfiguration.Builder()
                .updater(new Sgd())
                .weightInit(WeightInit.RELU)
                .graphBuilder()
                .addInputs(input)
                .setInputTypes(InputType.convolutional(image.height(), image.width(), image.channels()))
                .setOutputs(outputs.toArray(String[]::new));
        Set<String> needed = needed(outputs);
        inputs.forEach((name, read) -> {
            Layer layer = layers.get(name);
            GraphVertex vertex = vertices.get(name);
            if (needed.contains(name) && layer != null) {
                builder.addLayer(name, layer, read.toArray(String[]::new));
            } else if (needed.contains(name) && vertex != null) {
                builder.addVertex(name, vertex, read.toArray(String[]::new));
            }
        });
        ComputationGraph graph = new ComputationGraph(builder.build());
        graph.init();
        weights.forEach((name, arrays) -> {
            if (needed.contains(name)) {
                arrays.forEach(
                        (key, array) -> graph.getLayer(name).getParam(key).assign(array));
            }
        });
        return graph;
    }

    private Set<String> needed(List<String> outputs) {
        Set<String> needed = new HashSet<>();
        Deque<String> waiting = new ArrayDeque<>(outputs);
        while (!waiting.isEmpty()) {
            String name = waiting.remove();
            if (needed.add(name)) {
                waiting.addAll(inputs(name));
            }
        }
        return needed;
    }
}
