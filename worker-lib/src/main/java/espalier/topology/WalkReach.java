package espalier.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * How fast a signal spreads over a chain of layers that a graph thins out: after t layers a node hears of those that walks of
 * exactly t edges join to it. Both measures are the authors' (arXiv 2110.15192, their analysis of gradients).
 */
public final class WalkReach {
    /** Walks are not followed further: a bipartite graph never reaches all nodes at once. */
    public static final int MOST_STEPS = 100;

    private final RegularGraph graph;
    /** For each step from 1 on the nodes that each node reaches. */
    private final int[][] reached;

    private WalkReach(RegularGraph graph, int[][] reached) {
        this.graph = graph;
        this.reached = reached;
    }

    /** Follows the walks until every node reaches all nodes, or for {@link #MOST_STEPS}. */
    public static WalkReach of(RegularGraph graph) {
        int nodes = graph.nodes();
        int words = (nodes + Long.SIZE - 1) / Long.SIZE;
        long[][] ends = new long[nodes][words];
        for (int node = 0; node < nodes; node++) {
            ends[node][node / Long.SIZE] = 1L << node;
        }
        List<int[]> reached = new ArrayList<>();
        boolean everywhere = false;
        while (!everywhere && reached.size() < MOST_STEPS) {
            ends = step(graph, ends, words);
            int[] counts = count(ends);
            reached.add(counts);
            everywhere = IntStream.of(counts).allMatch(count -> count == nodes);
        }
        return new WalkReach(graph, reached.toArray(int[][]::new));
    }

    private static long[][] step(RegularGraph graph, long[][] ends, int words) {
        long[][] next = new long[graph.nodes()][words];
        for (int node = 0; node < graph.nodes(); node++) {
            for (int neighbour : graph.neighbours(node)) {
                for (int word = 0; word < words; word++) {
                    next[node][word] |= ends[neighbour][word];
                }
            }
        }
        return next;
    }

    private static int[] count(long[][] ends) {
        return IntStream.range(0, ends.length)
                .map(node -> LongStream.of(ends[node]).mapToInt(Long::bitCount).sum())
                .toArray();
    }

    /** Nodes that walks of exactly so many steps, at least 1, join to a node. */
    public int reached(int node, int steps) {
        return reached[Math.min(steps, reached.length) - 1][node];
    }

    /** Steps after which a node first reaches all nodes, at most {@link #MOST_STEPS}. */
    public int gradientResistance(int node) {
        for (int steps = 1; steps <= reached.length; steps++) {
            if (reached(node, steps) == graph.nodes()) {
                return steps;
            }
        }
        return MOST_STEPS;
    }

    /** {@link #gradientResistance(int)}, averaged over the nodes. */
    public double gradientResistance() {
        return IntStream.range(0, graph.nodes())
                .map(this::gradientResistance)
                .average()
                .orElseThrow();
    }

    /**
     * Nodes of all layers that an output depends on, as one of the authors' scripts counts them, averaged over the outputs.
     *
     * @param layers of the chain
     */
    public double parameterUsage(int layers) {
        return IntStream.range(0, graph.nodes())
                .mapToDouble(node -> parameterUsage(node, layers))
                .average()
                .orElseThrow();
    }

    private double parameterUsage(int node, int layers) {
        int resistance = gradientResistance(node);
        double usage = (double) (layers - resistance) * graph.nodes();
        for (int steps = 1; steps < resistance; steps++) {
            usage += reached(node, steps);
        }
        return usage;
    }
}
