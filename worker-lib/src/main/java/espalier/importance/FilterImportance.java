package espalier.importance;

import espalier.network.ChannelGroup;
import espalier.network.ChannelLayout;
import espalier.network.LayerSpec;
import espalier.weights.TrainedNetwork;
import espalier.weights.WeightTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Importance from the weights of a group's filters. A group that several layers produce (a residual sum) adds up their
 * scores, each layer's scaled to a mean of one, so that no layer speaks louder because its weights are larger. A layer whose
 * filters stand in several groups (a sum with a concatenation) speaks in each for those that stand there.
 */
abstract class FilterImportance implements ChannelImportance {

    /** One score for each filter of a layer. */
    abstract double[] scoreFilters(List<float[]> filters);

    @Override
    public double[] score(TrainedNetwork network, ChannelGroup group) {
        double[] scores = new double[group.width()];
        for (String producer : group.producers()) {
            double[] layerScores = scoreFilters(filters(network, producer));
            ChannelLayout layout = network.graph().outputLayout(producer);
            int[] own = IntStream.range(0, layerScores.length)
                    .filter(channel -> group.contains(layout.unit(channel)))
                    .toArray();
            double mean = Arrays.stream(own)
                    .mapToDouble(channel -> layerScores[channel])
                    .average()
                    .orElse(0);
            for (int channel : own) {
                scores[layout.unit(channel) - group.firstUnit()] += mean > 0 ? layerScores[channel] / mean : 1;
            }
        }
        return scores;
    }

    /** The incoming weights of every output channel: convolution {@code [out, in, kH, kW]}, dense {@code [in, out]}. */
    private static List<float[]> filters(TrainedNetwork network, String producer) {
        WeightTensor weights = network.weights().tensor(producer, "W");
        List<float[]> filters = new ArrayList<>();
        if (network.graph().node(producer).spec() instanceof LayerSpec.Convolution) {
            for (int filter = 0; filter < weights.size(0); filter++) {
                filters.add(weights.row(filter));
            }
            return filters;
        }
        for (int filter = 0; filter < weights.size(1); filter++) {
            float[] column = new float[weights.size(0)];
            for (int row = 0; row < column.length; row++) {
                column[row] = weights.value(row * weights.size(1) + filter);
            }
            filters.add(column);
        }
        return filters;
    }
}
