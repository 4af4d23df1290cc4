package espalier.prune;

import espalier.network.ChannelLayout;
import espalier.network.LayerSpec;
import espalier.network.NetworkGraph;
import espalier.network.NetworkNode;
import espalier.weights.TrainedNetwork;
import espalier.weights.WeightTensor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.DefaultParamInitializer;

/**
 * Removes channels for good: a new, narrower configuration, with what survives of the trained weights.
 *
 * <p>The narrow network computes what the original computes when every removed channel is zero after its batch
 * normalization and activation. Convolution weights {@code [out, in, kH, kW]} lose indices on both axes, dense weights
 * {@code [in, out]} behind a flatten lose H*W rows for each removed channel, batch normalization loses scale, shift, mean
 * and variance.
 */
public final class FilterPruner {
    private final TrainedNetwork network;
    private final BitSet keptUnits;

    private FilterPruner(TrainedNetwork network, BitSet keptUnits) {
        this.network = network;
        this.keptUnits = keptUnits;
    }

    /**
     * Builds the subnetwork that keeps only some units.
     *
     * @param keptUnits units of {@link NetworkGraph#groups()}; must hold all units of frozen groups
     * @return a graph of the caller's own, initialized with the inherited weights
     * @throws IllegalArgumentException if a frozen unit is missing, or a group would be left with no channel
     */
    public static ComputationGraph prune(TrainedNetwork network, BitSet keptUnits) {
        checkUnits(network.graph(), keptUnits);
        FilterPruner pruner = new FilterPruner(network, keptUnits);
        ComputationGraph narrow = new ComputationGraph(pruner.narrowConfiguration());
        narrow.init();
        pruner.inheritWeights(narrow);
        return narrow;
    }

    /**
     * The same architecture with weights drawn anew, each layer's for the inputs that it has left.
     *
     * @param seed of the weights
     * @throws IllegalArgumentException as {@link #prune}
     */
    public static ComputationGraph initialize(TrainedNetwork network, BitSet keptUnits, long seed) {
        checkUnits(network.graph(), keptUnits);
        ComputationGraphConfiguration configuration = new FilterPruner(network, keptUnits).narrowConfiguration();
        configuration.getDefaultConfiguration().setSeed(seed);
        ComputationGraph narrow = new ComputationGraph(configuration);
        narrow.init();
        return narrow;
    }

    private static void checkUnits(NetworkGraph graph, BitSet keptUnits) {
        graph.groups().forEach(group -> {
            int end = group.firstUnit() + group.width();
            int kept = keptUnits.get(group.firstUnit(), end).cardinality();
            int least = group.prunable() ? 1 : group.width();
            if (kept < least) {
                throw new IllegalArgumentException("channel group '" + group.name() + "' keeps " + kept + " of "
                        + group.width() + " channels; at least " + least + " must stay");
            }
        });
    }

    private ComputationGraphConfiguration narrowConfiguration() {
        ComputationGraphConfiguration configuration = network.configuration().clone();
        configuration.getVertices().forEach(this::narrow);
        return configuration;
    }

    private void narrow(String name, GraphVertex vertex) {
        if (vertex instanceof PreprocessorVertex preprocessor) {
            preprocessor.setPreProcessor(
                    narrow(preprocessor.getPreProcessor(), network.graph().inputLayout(name)));
        }
        if (vertex instanceof SubsetVertex subset) {
            narrow(subset, network.graph().inputLayout(name));
        }
        if (!(vertex instanceof LayerVertex layerVertex)) {
            return;
        }
        if (layerVertex.getPreProcessor() != null) {
            ChannelLayout before = network.graph().inputLayout(name + "/input");
            layerVertex.setPreProcessor(narrow(layerVertex.getPreProcessor(), before));
        }
        NetworkNode node = network.graph().node(name);
        boolean hasWidths = node.spec().hasCost() || node.spec() instanceof LayerSpec.BatchNormalization;
        if (hasWidths && layerVertex.getLayerConf().getLayer() instanceof FeedForwardLayer layer) {
            layer.setNIn(network.graph().inputLayout(name).keptChannels(keptUnits).length);
            layer.setNOut(network.graph().outputLayout(name).keptChannels(keptUnits).length);
        }
    }

    /** What stays of a run of channels is a run again. */
    private void narrow(SubsetVertex subset, ChannelLayout before) {
        int[] kept = before.keptChannels(keptUnits);
        int from = (int) Arrays.stream(kept)
                .filter(channel -> channel < subset.getFrom())
                .count();
        int behind = (int)
                Arrays.stream(kept).filter(channel -> channel <= subset.getTo()).count();
        subset.setFrom(from);
        subset.setTo(behind - 1);
    }

    private InputPreProcessor narrow(InputPreProcessor preProcessor, ChannelLayout before) {
        return preProcessor instanceof CnnToFeedForwardPreProcessor flatten
                ? new CnnToFeedForwardPreProcessor(
                        flatten.getInputHeight(), flatten.getInputWidth(), before.keptChannels(keptUnits).length)
                : preProcessor;
    }

    private void inheritWeights(ComputationGraph narrow) {
        for (Layer layer : narrow.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            Map<String, WeightTensor> tensors = network.weights().layer(name);
            layer.paramTable().forEach((key, parameter) -> {
                WeightTensor tensor = Objects.requireNonNull(tensors.get(key));
                slice(name, key, tensor).writeTo(parameter);
            });
        }
    }

    private WeightTensor slice(String layer, String key, WeightTensor tensor) {
        LayerSpec spec = network.graph().node(layer).spec();
        if (!spec.hasCost() && !(spec instanceof LayerSpec.BatchNormalization)) {
            return tensor;
        }
        int[] outputs = network.graph().outputLayout(layer).keptChannels(keptUnits);
        int[] inputs = network.graph().inputLayout(layer).keptChannels(keptUnits);
        if (!key.equals(DefaultParamInitializer.WEIGHT_KEY)) {
            return tensor.select(tensor.rank() - 1, outputs);
        }
        if (spec instanceof LayerSpec.DepthwiseConvolution) {
            return tensor.select(2, inputs);
        }
        return spec instanceof LayerSpec.Convolution
                ? tensor.select(0, outputs).select(1, inputs)
                : tensor.select(0, inputs).select(1, outputs);
    }
}
