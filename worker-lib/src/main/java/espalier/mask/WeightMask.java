package espalier.mask;

import espalier.cost.Complexity;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Which weights of a network stay: a mask for each layer that has one; all others are dense. Immutable. */
public final class WeightMask {
    private final Map<String, LayerMask> layers;

    private WeightMask(Map<String, LayerMask> layers) {
        this.layers = layers;
    }

    /** A mask of some layers. */
    public static WeightMask of(Collection<LayerMask> masks) {
        Map<String, LayerMask> layers = new LinkedHashMap<>();
        masks.forEach(mask -> layers.put(mask.layer().name(), mask));
        return new WeightMask(layers);
    }

    /** The mask of a network as it is: a weight that is zero is masked, in layers that have one. */
    public static WeightMask ofZeros(ComputationGraph graph, List<MaskableLayer> layers) {
        List<LayerMask> masks = new ArrayList<>();
        for (MaskableLayer layer : layers) {
            float[] values = values(weights(graph, layer.name()));
            BitSet kept = new BitSet(layer.weights());
            for (int weight = 0; weight < layer.weights(); weight++) {
                kept.set(weight, values[layer.position(weight)] != 0);
            }
            if (kept.cardinality() < layer.weights()) {
                masks.add(LayerMask.ofWeights(layer, kept));
            }
        }
        return of(masks);
    }

    /** Where in each layer other kernels stay, as many as before: nothing but the number of them is left of the mask. */
    public WeightMask shuffled(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return each(mask -> mask.shuffled(random));
    }

    /** Where in each layer other weights stay, as many as before. */
    public WeightMask scattered(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return each(mask -> mask.scattered(random));
    }

    private WeightMask each(UnaryOperator<LayerMask> change) {
        return of(layers.values().stream().map(change).toList());
    }

    /**
     * Sets the masked weights of a graph to zero.
     *
     * @param scaled whether what stays is scaled up, so that the variance of an output is what it was with all weights
     */
    public void applyTo(ComputationGraph graph, boolean scaled) {
        layers.values().forEach(mask -> {
            INDArray parameter = weights(graph, mask.layer().name());
            float[] values = values(parameter);
            float scale = scaled ? (float) Math.sqrt(1 / mask.density()) : 1;
            for (int weight = 0; weight < values.length; weight++) {
                int position = mask.layer().position(weight);
                values[position] = mask.keeps(weight) ? scale * values[position] : 0;
            }
            parameter.assign(Nd4j.create(values, parameter.shape(), 'c'));
        });
    }

    private static INDArray weights(ComputationGraph graph, String name) {
        Layer layer = Objects.requireNonNull(graph.getLayer(name), name);
        return Objects.requireNonNull(layer.paramTable().get(DefaultParamInitializer.WEIGHT_KEY), name);
    }

    private static float[] values(INDArray parameter) {
        return parameter.dup('c').data().asFloat();
    }

    /** What is left of a cost of the network with all weights, weight by weight. */
    public Complexity cost(Complexity original) {
        long macs = original.macs();
        long parameters = original.parameters();
        for (LayerMask mask : layers.values()) {
            long removed = (long) mask.layer().weights() - mask.keptWeights();
            macs -= removed * mask.layer().area();
            parameters -= removed;
        }
        return new Complexity(macs, parameters, original.activations());
    }

    /** The mask of a layer; null for one that is dense. */
    public @Nullable LayerMask layer(String name) {
        return layers.get(name);
    }

    /** The masks, in the network's order. */
    public List<LayerMask> layers() {
        return List.copyOf(layers.values());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WeightMask mask && layers.equals(mask.layers);
    }

    @Override
    public int hashCode() {
        return layers.hashCode();
    }
}
