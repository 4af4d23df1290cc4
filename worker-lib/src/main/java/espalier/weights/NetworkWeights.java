package espalier.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * All parameters of a trained network, by layer and by Deeplearning4j's parameter key. Immutable, on the Java heap.
 *
 * <p>Memory: 4 bytes a parameter.
 */
public final class NetworkWeights {
    private final Map<String, Map<String, WeightTensor>> layers;

    private NetworkWeights(Map<String, Map<String, WeightTensor>> layers) {
        this.layers = layers;
    }

    /** A copy of the graph's parameters; the graph may go on training. */
    public static NetworkWeights copyOf(ComputationGraph graph) {
        Map<String, Map<String, WeightTensor>> layers = new LinkedHashMap<>();
        for (Layer layer : graph.getLayers()) {
            Map<String, WeightTensor> tensors = new LinkedHashMap<>();
            layer.paramTable().forEach((key, array) -> tensors.put(key, WeightTensor.copyOf(array)));
            layers.put(layer.conf().getLayer().getLayerName(), tensors);
        }
        return new NetworkWeights(layers);
    }

    /** A layer's parameters by key, in Deeplearning4j's order; empty for a layer without. */
    public Map<String, WeightTensor> layer(String name) {
        return layers.getOrDefault(name, Map.of());
    }

    /**
     * One parameter.
     *
     * @throws NullPointerException if the layer has no such parameter
     */
    public WeightTensor tensor(String layer, String key) {
        return Objects.requireNonNull(layer(layer).get(key), () -> layer + "/" + key);
    }
}
