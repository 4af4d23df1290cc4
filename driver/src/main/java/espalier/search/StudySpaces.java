package espalier.search;

import espalier.config.SpaceConfig;
import espalier.cost.LatencyTable;
import espalier.network.ChannelGroup;
import espalier.network.NetworkGraph;
import espalier.space.Band;
import espalier.space.ChannelSpace;
import espalier.space.FeatureBands;
import espalier.space.FlopsRegime;
import espalier.space.SpaceConstraints;
import espalier.space.WidthLimits;
import espalier.task.Workbench;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Spaces as configurations write them, and back. */
public final class StudySpaces {
    private StudySpaces() {}

    /**
     * The space that a configuration describes on a network.
     *
     * @throws espalier.space.SpaceException if it is empty
     * @throws StudyException if it names a group that the network does not have
     */
    public static ChannelSpace of(SpaceConfig config, NetworkGraph network) {
        return of(config, network, LatencyTable.NONE);
    }

    /**
     * The space that a configuration describes on a network whose latency is predicted.
     *
     * @throws espalier.space.SpaceException if it is empty
     * @throws StudyException if it names a group that the network does not have
     */
    public static ChannelSpace of(SpaceConfig config, NetworkGraph network, LatencyTable latencies) {
        SpaceConstraints constraints = new SpaceConstraints(
                new FlopsRegime(config.flops(), config.tolerance()),
                new WidthLimits(config.maxPruned(), config.minWidth(), config.divisor()),
                keepRatios(config, network),
                band(config.latency()),
                new FeatureBands(band(config.parameters()), band(config.mcb()), band(config.spread())),
                List.of());
        return ChannelSpace.of(network, latencies, constraints);
    }

    static Band band(espalier.config.Band band) {
        return band.isAny() ? Band.UNBOUNDED : new Band(band.low(), band.high());
    }

    static espalier.config.Band band(Band band) {
        return new espalier.config.Band(Math.max(0, band.low()), band.high());
    }

    private static Map<String, Band> keepRatios(SpaceConfig config, NetworkGraph network) {
        Map<String, Band> bands = new LinkedHashMap<>();
        config.groups().forEach((pattern, band) -> {
            Predicate<String> matches = Workbench.matcher(List.of(pattern));
            List<String> named = network.prunableGroups().stream()
                    .map(ChannelGroup::name)
                    .filter(matches)
                    .toList();
            if (named.isEmpty()) {
                throw new StudyException("space.groups names '" + pattern
                        + "', which is no prunable channel group of the network; 'describe' lists them");
            }
            named.forEach(name -> bands.merge(name, new Band(band.low(), band.high()), StudySpaces::both));
        });
        return bands;
    }

    private static Band both(Band left, Band right) {
        return left.intersect(right)
                .orElseThrow(() -> new StudyException("space.groups gives one group the bands " + left + " and " + right
                        + ", which have nothing in common; widen one of them"));
    }
}
