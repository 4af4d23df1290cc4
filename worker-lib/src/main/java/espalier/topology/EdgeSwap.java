package espalier.topology;

import java.util.SplittableRandom;

/**
 * Changes a graph's average shortest path length (ASPL) by swapping the ends of edges, which leaves all degrees as they are
 * (regular-graph pruning, arXiv 2110.15192). The same start and seed give the same graph.
 *
 * @param mode which swaps stay
 * @param proposals pairs of edges to draw; those that cannot be swapped count too
 * @param target ASPL to come to; 0 for the lowest. The published mode knows the lowest alone
 */
public record EdgeSwap(Mode mode, long proposals, double target) {
    /** Gains of ASPL between which the published search has found its next graph. */
    private static final double LEAST_GAIN = 0.01;

    private static final double MOST_GAIN = 0.02;

    /** Temperatures of the annealing, as shares of the sum of distances at its start. */
    private static final double HOT = 2e-4;

    private static final double COLD = 5e-6;

    /** Which swaps stay. */
    public enum Mode {
        /**
         * As the authors' published code: swaps that do not lengthen the paths stay, but for gains above 0.02; the first gain above
         * 0.01 on the start ends it.
         */
        PAPER,
        /** Swaps that do not lead away from the target stay. */
        GREEDY,
        /** Simulated annealing: also swaps that lead away, more and more seldom; the best graph on the way is the result. */
        ANNEAL
    }

    public EdgeSwap {
        if (proposals < 0) {
            throw new IllegalArgumentException("edge swaps are proposed " + proposals + " times; at least 0");
        }
        if (!(target >= 0)) {
            throw new IllegalArgumentException("ASPL is to come to " + target + "; at least 0");
        }
        if (mode == Mode.PAPER && target > 0) {
            throw new IllegalArgumentException(
                    "ASPL is to come to " + target + " in mode PAPER, which only lowers it: take GREEDY or ANNEAL");
        }
    }

    /** To the lowest ASPL. */
    public static EdgeSwap lowest(Mode mode, long proposals) {
        return new EdgeSwap(mode, proposals, 0);
    }

    /**
     * What came of a search.
     *
     * @param graph that it ended with
     * @param evaluations graphs whose distances were summed
     * @param kept swaps that stayed
     */
    public record Outcome(RegularGraph graph, long evaluations, long kept) {}

    /**
     * Searches.
     *
     * @throws IllegalArgumentException if the start does not hang together
     */
    public Outcome run(RegularGraph start, long seed) {
        if (!start.isConnected()) {
            throw new IllegalArgumentException("the graph to start from does not hang together; give a connected one");
        }
        return new Search(start, seed).run();
    }

    /** One search. */
    private final class Search {
        private final SwappableGraph graph;
        private final SplittableRandom random;
        private final long startSum;
        private final long pairs;
        private final double targetSum;

        private long sum;
        private long evaluations;
        private long kept;
        private RegularGraph best;
        private double bestDistance;

        Search(RegularGraph start, long seed) {
            graph = new SwappableGraph(start);
            random = new SplittableRandom(seed);
            startSum = start.distanceSum();
            pairs = (long) start.nodes() * (start.nodes() - 1);
            targetSum = Math.max(target * pairs, (double) ShortestPaths.lowerBoundOfSum(start.nodes(), start.degree()));
            sum = startSum;
            best = start;
            bestDistance = distance(sum);
        }

        Outcome run() {
            for (long proposal = 0; proposal < proposals && !isDone(); proposal++) {
                if (graph.propose(random)) {
                    judge((double) proposal / proposals);
                }
            }
            return new Outcome(mode == Mode.ANNEAL ? best : graph.toGraph(), evaluations, kept);
        }

        private void judge(double progress) {
            long changed = graph.distanceSum();
            evaluations++;
            if (changed == DistanceSum.DISCONNECTED || !stays(changed, progress)) {
                graph.undo();
                return;
            }
            kept++;
            sum = changed;
            if (mode == Mode.ANNEAL && distance(sum) < bestDistance) {
                bestDistance = distance(sum);
                best = graph.toGraph();
            }
        }

        private boolean stays(long changed, double progress) {
            double further = distance(changed) - distance(sum);
            return switch (mode) {
                // The published search measures against its start alone.
                case PAPER -> changed <= startSum && gain(changed) <= MOST_GAIN;
                case GREEDY -> further <= 0;
                case ANNEAL -> further <= 0 || random.nextDouble() < Math.exp(-further / temperature(progress));
            };
        }

        private double temperature(double progress) {
            return startSum * HOT * Math.pow(COLD / HOT, progress);
        }

        private double gain(long changed) {
            return (double) (startSum - changed) / pairs;
        }

        private double distance(long of) {
            return Math.abs(of - targetSum);
        }

        private boolean isDone() {
            return mode == Mode.PAPER
                    ? gain(sum) > LEAST_GAIN && gain(sum) < MOST_GAIN
                    : Math.min(distance(sum), bestDistance) == 0;
        }
    }
}
