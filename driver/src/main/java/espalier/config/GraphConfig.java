package espalier.config;

/** Regular-graph pruning: graphs that say which kernels of a network stay. */
public record GraphConfig(
        @Key(
                doc = "nodes of each graph; every masked layer needs as many channels on both sides",
                allowed = "[2, 4096]",
                defaultsTo = "16")
        int nodes,

        @Key(
                doc = "neighbours of each node: degree / nodes of a masked layer's weights stay",
                allowed = "[1, 4095]",
                defaultsTo = "4")
        int degree,

        @Key(
                doc =
                        "band of the average shortest path length, in edges; [0, .inf] for all from the shortest to the ring lattice's",
                allowed = "[0, inf]",
                defaultsTo = "[0, .inf]")
        Band aspl,

        @Key(
                doc = "pairs of edges to draw, for a graph, on its way from the ring lattice",
                allowed = "[1, 1000000000]",
                defaultsTo = "20000")
        int swaps,

        @Key(doc = "whether the first layer keeps all weights", defaultsTo = "true")
        boolean firstDense,

        @Key(doc = "whether the last layer keeps all weights", defaultsTo = "true")
        boolean lastDense,

        @Key(doc = "whether every node is joined to itself too, beside its neighbours", defaultsTo = "false")
        boolean selfLoops,

        @Key(
                doc = "whether the first weights of a masked layer are scaled up for those that are missing",
                defaultsTo = "false")
        boolean scaledWeights) {

    private static final Section KEYS = Section.of(GraphConfig.class);

    /** The section in which no key was given. */
    static final GraphConfig STANDARD = (GraphConfig) KEYS.defaults();

    /** @throws IllegalArgumentException if a value is out of range, or contradicts another */
    public GraphConfig {
        KEYS.check(nodes, degree, aspl, swaps, firstDense, lastDense, selfLoops, scaledWeights);
        if (degree >= nodes) {
            throw new InvalidKeyException("degree", "is %d, must be less than nodes (%d)".formatted(degree, nodes));
        }
        if (nodes * degree % 2 != 0) {
            throw new InvalidKeyException(
                    "degree",
                    "is %d, must be even where nodes (%d) are odd: nodes times degree counts every edge twice"
                            .formatted(degree, nodes));
        }
    }

    /** Returns this section with another band of path lengths. */
    public GraphConfig with(Band changed) {
        return new GraphConfig(nodes, degree, changed, swaps, firstDense, lastDense, selfLoops, scaledWeights);
    }
}
