package espalier.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pruning space: the method, and what the subnetworks must be like. */
public record SpaceConfig(
        @Key(
                doc =
                        "what is pruned: channels, whole channels of the trained network; regular-graph, kernels of an untrained one that a graph does not join",
                defaultsTo = "channels")
        Method method,

        @Key(
                doc = "share of the original network's FLOPs that a subnetwork keeps",
                allowed = "(0, 1]",
                onlyFor = CHANNELS)
        double flops,

        @Key(
                doc = "how far the kept share of FLOPs may be from flops, above or below",
                allowed = "(0, 0.5]",
                defaultsTo = "0.01",
                onlyFor = CHANNELS)
        double tolerance,

        @Key(
                doc = "greatest share of its channels that a group may lose",
                allowed = "(0, 1)",
                defaultsTo = "0.95",
                onlyFor = CHANNELS)
        double maxPruned,

        @Key(
                doc = "least number of channels that a group keeps",
                allowed = "[1, 65536]",
                defaultsTo = "1",
                onlyFor = CHANNELS)
        int minWidth,

        @Key(
                doc = "number that the kept channels of a group are a multiple of, where the group has as many",
                allowed = "[1, 1024]",
                defaultsTo = "1",
                onlyFor = CHANNELS)
        int divisor,

        @Key(
                doc = "band of the share of parameters kept; [0, .inf] for no limit",
                allowed = "[0, inf]",
                defaultsTo = "[0, .inf]",
                onlyFor = CHANNELS)
        Band parameters,

        @Key(
                doc =
                        "band of the mean computation budget: FLOPs per parameter, the original network having 1; [0, .inf] for no limit",
                allowed = "[0, inf]",
                defaultsTo = "[0, .inf]",
                onlyFor = CHANNELS)
        Band mcb,

        @Key(
                doc = "band of the standard deviation of a recipe's ratios; [0, .inf] for no limit",
                allowed = "[0, inf]",
                defaultsTo = "[0, .inf]",
                onlyFor = CHANNELS)
        Band spread,

        @Key(
                doc =
                        "band of the predicted share of the original's latency kept, by latency-table; [0, .inf] for no limit",
                allowed = "[0, inf]",
                defaultsTo = "[0, .inf]",
                onlyFor = CHANNELS)
        Band latency,

        @Key(
                doc =
                        "CSV of latencies by layer and width, as 'latency-table' writes it: predicts latency; empty for none",
                defaultsTo = "''",
                onlyFor = CHANNELS)
        String latencyTable,

        @Key(
                doc =
                        "bands of the share of channels kept by the groups with a name, * and ? allowed; a group must meet all that name it",
                allowed = "[0, 1]",
                onlyFor = CHANNELS)
        Map<String, Band> groups,

        @Key(doc = "the graphs whose masks are tried", onlyFor = "method: regular-graph")
        GraphConfig graph) {

    @SuppressWarnings("UnusedVariable") // read by annotations
    private static final String CHANNELS = "method: channels";

    private static final Section KEYS = Section.of(SpaceConfig.class);

    /** Methods of pruning. */
    public enum Method {
        /** Network pruning spaces. */
        CHANNELS,
        /** Regular-graph pruning. */
        REGULAR_GRAPH;

        /** Returns whether subnetworks begin with weights of the trained original; else with random ones, some of which are zero and stay so. */
        public boolean inherits() {
            return this == CHANNELS;
        }
    }

    /** @throws IllegalArgumentException if a value is out of range, or contradicts another */
    public SpaceConfig {
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        KEYS.check(
                method,
                flops,
                tolerance,
                maxPruned,
                minWidth,
                divisor,
                parameters,
                mcb,
                spread,
                latency,
                latencyTable,
                groups,
                graph);
        if (method == Method.CHANNELS && tolerance >= flops) {
            throw new InvalidKeyException(
                    "tolerance",
                    "is %s, must be less than flops (%s)"
                            .formatted(Decimal.shortest(tolerance), Decimal.shortest(flops)));
        }
        if (!latency.isAny() && latencyTable.isEmpty()) {
            throw new InvalidKeyException(
                    "latency", "is %s without a prediction: give space.latency-table".formatted(latency));
        }
        for (Map.Entry<String, Band> group : groups.entrySet()) {
            if (group.getValue().high() < 1 - maxPruned) {
                throw new InvalidKeyException(
                        "groups." + group.getKey(),
                        "is %s, must reach the share that max-pruned (%s) leaves: raise its high end, or max-pruned"
                                .formatted(group.getValue(), Decimal.shortest(maxPruned)));
            }
        }
    }

    /** Returns this space with other bands of the mean computation budget and of the standard deviation of ratios. */
    public SpaceConfig with(Band changedMcb, Band changedSpread) {
        return with(changedMcb, changedSpread, graph);
    }

    /** Returns this space with other graphs. */
    public SpaceConfig with(GraphConfig changed) {
        return with(mcb, spread, changed);
    }

    private SpaceConfig with(Band changedMcb, Band changedSpread, GraphConfig changedGraph) {
        return new SpaceConfig(
                method,
                flops,
                tolerance,
                maxPruned,
                minWidth,
                divisor,
                parameters,
                changedMcb,
                changedSpread,
                latency,
                latencyTable,
                groups,
                changedGraph);
    }
}
