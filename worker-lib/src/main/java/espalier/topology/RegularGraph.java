package espalier.topology;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A simple undirected graph whose nodes all have the same number of neighbours. Immutable and safe for many threads; equal to
 * every graph with the same edges between the same nodes.
 */
public final class RegularGraph {
    /** Nodes that a graph may have. */
    public static final int MOST_NODES = 4_096;

    /** Swaps for each end of an edge that make a graph random; the chain of swaps mixes far sooner. */
    private static final int RANDOM_SWAPS = 10;

    private final int nodes;
    private final int degree;
    /** Each node's neighbours one after another, rising. */
    private final int[] neighbours;

    private RegularGraph(int nodes, int degree, int[] neighbours) {
        this.nodes = nodes;
        this.degree = degree;
        this.neighbours = neighbours;
    }

    /**
     * Refuses what no regular graph has.
     *
     * @throws IllegalArgumentException if there is no simple graph of so many nodes and this degree
     */
    public static void requireExistence(int nodes, int degree) {
        if (nodes < 2 || nodes > MOST_NODES) {
            throw new IllegalArgumentException("a graph has " + nodes + " nodes; 2 to " + MOST_NODES + " are possible");
        }
        if (degree < 1 || degree >= nodes) {
            throw new IllegalArgumentException(
                    "a graph of " + nodes + " nodes has degree " + degree + "; 1 to " + (nodes - 1) + " are possible");
        }
        if (nodes * degree % 2 != 0) {
            throw new IllegalArgumentException("a graph of " + nodes + " nodes has degree " + degree
                    + "; nodes times degree counts every edge twice and must be even: give degree " + (degree + 1)
                    + ", or an even number of nodes");
        }
    }

    /**
     * A graph of given neighbours.
     *
     * @param neighbours of each node, in any order
     * @throws IllegalArgumentException if they are not those of a simple regular graph
     */
    public static RegularGraph of(List<int[]> neighbours) {
        int nodes = neighbours.size();
        int degree = nodes == 0 ? 0 : neighbours.get(0).length;
        requireExistence(nodes, degree);
        int[] flat = new int[nodes * degree];
        for (int node = 0; node < nodes; node++) {
            int[] own = neighbours.get(node).clone();
            Arrays.sort(own);
            if (own.length != degree) {
                throw new IllegalArgumentException(
                        "node " + node + " has " + own.length + " neighbours, node 0 has " + degree + "; all alike");
            }
            System.arraycopy(own, 0, flat, node * degree, degree);
        }
        RegularGraph graph = new RegularGraph(nodes, degree, flat);
        graph.requireSimple();
        return graph;
    }

    /** Of a swapped graph, whose swaps keep it simple and regular. */
    static RegularGraph ofFlat(int nodes, int degree, int[] neighbours) {
        int[] sorted = neighbours.clone();
        for (int node = 0; node < nodes; node++) {
            Arrays.sort(sorted, node * degree, (node + 1) * degree);
        }
        return new RegularGraph(nodes, degree, sorted);
    }

    private void requireSimple() {
        for (int node = 0; node < nodes; node++) {
            for (int place = 0; place < degree; place++) {
                int other = neighbour(node, place);
                if (other < 0 || other >= nodes || other == node) {
                    throw new IllegalArgumentException("node " + node + " has neighbour " + other
                            + "; another one of nodes 0 to " + (nodes - 1) + " is possible");
                }
                if (place > 0 && other == neighbour(node, place - 1)) {
                    throw new IllegalArgumentException("node " + node + " has neighbour " + other + " twice");
                }
                if (!hasEdge(other, /* other= */ node)) {
                    throw new IllegalArgumentException("node " + node + " has neighbour " + other
                            + ", which has not node " + node + "; edges go both ways");
                }
            }
        }
    }

    /**
     * The ring lattice: every node is joined to its nearest ones around a circle, as many on either side. For an odd degree the
     * last neighbour is the node across.
     *
     * @throws IllegalArgumentException if no such graph exists
     */
    public static RegularGraph ring(int nodes, int degree) {
        requireExistence(nodes, degree);
        return of(IntStream.range(0, nodes)
                .mapToObj(node -> IntStream.concat(
                                IntStream.rangeClosed(1, degree / 2)
                                        .flatMap(step -> IntStream.of(node + step, node + nodes - step)),
                                degree % 2 == 0 ? IntStream.empty() : IntStream.of(node + nodes / 2))
                        .map(other -> other % nodes)
                        .toArray())
                .toList());
    }

    /**
     * A random connected regular graph: a ring whose edges were swapped many times, which in the limit draws every graph with
     * the same probability. Graphs of degree 1 hang together for two nodes only.
     *
     * @throws IllegalArgumentException if no such graph exists
     */
    public static RegularGraph random(int nodes, int degree, long seed) {
        SwappableGraph graph = new SwappableGraph(ring(nodes, degree));
        SplittableRandom random = new SplittableRandom(seed);
        for (long swap = 0; swap < (long) RANDOM_SWAPS * nodes * degree; swap++) {
            graph.propose(random);
        }
        for (int more = 0;
                more < RANDOM_SWAPS * nodes * degree && graph.distanceSum() == DistanceSum.DISCONNECTED;
                more++) {
            graph.propose(random);
        }
        return graph.toGraph();
    }

    public int nodes() {
        return nodes;
    }

    /** Neighbours of each node. */
    public int degree() {
        return degree;
    }

    /** Share of all pairs of a node and a node, itself included, that are edges: what a thinned layer keeps. */
    public double density() {
        return (double) degree / nodes;
    }

    /** The neighbours of a node, rising; an array of the caller's own. */
    public int[] neighbours(int node) {
        return Arrays.copyOfRange(neighbours, node * degree, (node + 1) * degree);
    }

    private int neighbour(int node, int place) {
        return neighbours[node * degree + place];
    }

    int[] flatNeighbours() {
        return neighbours.clone();
    }

    public boolean hasEdge(int node, int other) {
        return Arrays.binarySearch(neighbours, node * degree, (node + 1) * degree, other) >= 0;
    }

    /** The sum of the distances between all ordered pairs of nodes; {@link DistanceSum#DISCONNECTED} where one has no way to another. */
    public long distanceSum() {
        return new DistanceSum(nodes, degree).of(neighbours);
    }

    public boolean isConnected() {
        return distanceSum() != DistanceSum.DISCONNECTED;
    }

    /** The average shortest path length (ASPL), in edges; infinite where the graph does not hang together. */
    public double averageShortestPathLength() {
        return ShortestPaths.average(nodes, distanceSum());
    }

    /**
     * Whether the nodes fall into two halves with edges only between them. A chain of layers thinned by such a graph never mixes
     * the two.
     */
    public boolean isBipartite() {
        int[] side = new int[nodes];
        for (int start = 0; start < nodes; start++) {
            if (side[start] == 0 && !isBipartite(start, side)) {
                return false;
            }
        }
        return true;
    }

    private boolean isBipartite(int start, int[] side) {
        int[] queue = new int[nodes];
        int end = 1;
        queue[0] = start;
        side[start] = 1;
        for (int begin = 0; begin < end; begin++) {
            for (int place = 0; place < degree; place++) {
                int other = neighbour(queue[begin], place);
                if (side[other] == side[queue[begin]]) {
                    return false;
                }
                if (side[other] == 0) {
                    side[other] = -side[queue[begin]];
                    queue[end++] = other;
                }
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RegularGraph graph
                && nodes == graph.nodes
                && Arrays.equals(neighbours, graph.neighbours);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(neighbours);
    }

    /** In the format graph6. */
    @Override
    public String toString() {
        return Graph6.write(this);
    }
}
