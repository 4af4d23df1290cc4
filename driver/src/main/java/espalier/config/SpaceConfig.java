package espalier.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pruning space: a FLOPs regime, and further constraints on the subnetworks inside it. */
public record SpaceConfig(
        @Key(doc = "share of the original network's FLOPs that a subnetwork keeps", allowed = "(0, 1]")
        double flops,

        @Key(
                doc = "how far the kept share of FLOPs may be from flops, above or below",
                allowed = "(0, 0.5]",
                defaultsTo = "0.01")
        double tolerance,

        @Key(doc = "greatest share of its channels that a group may lose", allowed = "(0, 1)", defaultsTo = "0.95")
        double maxPruned,

        @Key(doc = "least number of channels that a group keeps", allowed = "[1, 65536]", defaultsTo = "1")
        int minWidth,

        @Key(
                doc = "number that the kept channels of a group are a multiple of, where the group has as many",
                allowed = "[1, 1024]",
                defaultsTo = "1")
        int divisor,

        @Key(
                doc = "band of the share of parameters kept; [0, .inf] for no limit",
                allowed = "[0, inf]",
                defaultsTo = "[0, .inf]")
        Band parameters,

        @Key(
                doc =
                        "band of the mean computation budget: FLOPs per parameter, the original network having 1; [0, .inf] for no limit",
                allowed = "[0, inf]",
                defaultsTo = "[0, .inf]")
        Band mcb,

        @Key(
                doc = "band of the standard deviation of a recipe's ratios; [0, .inf] for no limit",
                allowed = "[0, inf]",
                defaultsTo = "[0, .inf]")
        Band spread,

        @Key(
                doc =
                        "band of the predicted share of the original's latency kept, by latency-table; [0, .inf] for no limit",
                allowed = "[0, inf]",
                defaultsTo = "[0, .inf]")
        Band latency,

        @Key(
                doc =
                        "CSV of latencies by layer and width, as 'latency-table' writes it: predicts latency; empty for none",
                defaultsTo = "''")
        String latencyTable,

        @Key(
                doc =
                        "bands of the share of channels kept by the groups with a name, * and ? allowed; a group must meet all that name it",
                allowed = "[0, 1]")
        Map<String, Band> groups) {

    private static final Section KEYS = Section.of(SpaceConfig.class);

    /** @throws IllegalArgumentException if a value is out of range, or contradicts another */
    public SpaceConfig {
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        KEYS.check(
                flops, tolerance, maxPruned, minWidth, divisor, parameters, mcb, spread, latency, latencyTable, groups);
        if (tolerance >= flops) {
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
        return new SpaceConfig(
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
                groups);
    }
}
