package espalier.importance;

import espalier.network.ChannelGroup;
import espalier.weights.TrainedNetwork;

/** Scores the channels of a group; the channels of the lowest scores are removed first. */
@FunctionalInterface
public interface ChannelImportance {

    /**
     * One score for each unit of the group, higher is more important.
     *
     * @return an array of {@link ChannelGroup#width()} finite numbers
     */
    double[] score(TrainedNetwork network, ChannelGroup group);
}
