package espalier.importance;

import espalier.network.ChannelGroup;
import espalier.network.ChannelLayout;
import espalier.network.LayerSpec;
import espalier.network.NetworkGraph;
import espalier.network.NetworkNode;
import espalier.weights.TrainedNetwork;
import espalier.weights.WeightTensor;
import java.util.List;

/**
 * Magnitude of the batch normalization's scale behind a group's layers (Liu et al., arXiv 1708.06519, section 3).
 */
public final class BatchNormScaleImportance implements ChannelImportance {

    /**
     * Adds up the scales of the batch normalizations that read the group's producers directly.
     *
     * @throws IllegalArgumentException if no batch normalization does
     */
    @Override
    public double[] score(TrainedNetwork network, ChannelGroup group) {
        double[] scores = new double[group.width()];
        for (NetworkNode norm : normalizations(network.graph(), group)) {
            WeightTensor gamma = network.weights().tensor(norm.name(), "gamma");
            ChannelLayout layout = network.graph().outputLayout(norm.name());
            for (int channel = 0; channel < layout.channels(); channel++) {
                if (group.contains(layout.unit(channel))) {
                    scores[layout.unit(channel) - group.firstUnit()] += Math.abs(gamma.value(channel));
                }
            }
        }
        return scores;
    }

    /**
     * Checks that every prunable group can be scored.
     *
     * @throws IllegalArgumentException if no batch normalization reads a group's producers directly
     */
    public static void requireOn(NetworkGraph network) {
        network.prunableGroups().forEach(group -> normalizations(network, group));
    }

    private static List<NetworkNode> normalizations(NetworkGraph network, ChannelGroup group) {
        List<NetworkNode> norms = network.nodes().stream()
                .filter(node -> node.spec() instanceof LayerSpec.BatchNormalization
                        && group.producers().contains(node.inputs().get(0)))
                .toList();
        if (norms.isEmpty()) {
            throw new IllegalArgumentException("importance batch-norm-scale needs a batch normalization behind '"
                    + group.name() + "', which has none; choose l1, l2, geometric-median or random");
        }
        return norms;
    }
}
