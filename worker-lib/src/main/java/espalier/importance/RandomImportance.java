package espalier.importance;

import espalier.network.ChannelGroup;
import espalier.weights.TrainedNetwork;
import java.util.SplittableRandom;

/** A random order that depends only on the seed and the group: the control of every criterion. */
public record RandomImportance(long seed) implements ChannelImportance {

    @Override
    public double[] score(TrainedNetwork network, ChannelGroup group) {
        return new SplittableRandom(seed * 31 + group.firstUnit())
                .doubles(group.width())
                .toArray();
    }
}
