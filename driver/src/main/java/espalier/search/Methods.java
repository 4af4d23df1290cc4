package espalier.search;

import espalier.config.StudyConfig;
import espalier.cost.LatencyTable;

/** The methods of pruning by their configuration. */
public final class Methods {
    private Methods() {}

    /**
     * The method that a configuration asks for.
     *
     * @param latencies of the network's layers; none for no prediction
     * @throws espalier.space.SpaceException if the space is empty
     * @throws StudyException if it does not fit the network
     */
    public static PruningMethod of(StudyConfig config, StudyNetwork network, LatencyTable latencies) {
        return switch (config.space().method()) {
            case CHANNELS ->
                new ChannelMethod(StudySpaces.of(config.space(), network.graph(), latencies), config.search());
            case REGULAR_GRAPH -> RegularGraphMethod.of(config.space().graph(), network);
        };
    }

    /** The method that a configuration asks for, where no latency is predicted. */
    public static PruningMethod of(StudyConfig config, StudyNetwork network) {
        return of(config, network, LatencyTable.NONE);
    }
}
