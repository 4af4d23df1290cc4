package espalier.topology;

import java.util.SplittableRandom;

/** A regular graph that swaps of edges change in place; each swap can be taken back. Not safe for several threads. */
final class SwappableGraph {
    private final int nodes;
    private final int degree;
    private final int[] neighbours;
    /** A row of bits for each node: whom it is joined to. */
    private final long[] joined;

    private final int words;
    private final DistanceSum distances;

    private int first;
    private int second;
    private int placeOfFirst;
    private int placeOfSecond;
    private int backOfFirst;
    private int backOfSecond;

    SwappableGraph(RegularGraph graph) {
        nodes = graph.nodes();
        degree = graph.degree();
        neighbours = graph.flatNeighbours();
        words = (nodes + Long.SIZE - 1) / Long.SIZE;
        joined = new long[nodes * words];
        for (int place = 0; place < neighbours.length; place++) {
            flip(place / degree, neighbours[place]);
        }
        distances = new DistanceSum(nodes, degree);
    }

    /**
     * Draws two edges and exchanges their ends: first - a and second - b become first - b and second - a.
     *
     * @return false, with nothing changed, where that would not leave a simple graph
     */
    boolean propose(SplittableRandom random) {
        first = random.nextInt(nodes);
        second = random.nextInt(nodes);
        placeOfFirst = first * degree + random.nextInt(degree);
        placeOfSecond = second * degree + random.nextInt(degree);
        int endOfFirst = neighbours[placeOfFirst];
        int endOfSecond = neighbours[placeOfSecond];
        if (first == second
                || endOfFirst == endOfSecond
                || first == endOfSecond
                || second == endOfFirst
                || isJoined(first, endOfSecond)
                || isJoined(second, endOfFirst)) {
            return false;
        }
        backOfFirst = place(endOfFirst, first);
        backOfSecond = place(endOfSecond, second);
        exchange();
        return true;
    }

    /** Takes the last swap back, which must have been made. */
    void undo() {
        exchange();
    }

    /** Made twice, it leaves everything as it was. */
    private void exchange() {
        int endOfFirst = neighbours[placeOfFirst];
        int endOfSecond = neighbours[placeOfSecond];
        flip(first, endOfFirst);
        flip(endOfFirst, first);
        flip(second, endOfSecond);
        flip(endOfSecond, second);
        flip(first, endOfSecond);
        flip(endOfSecond, first);
        flip(second, endOfFirst);
        flip(endOfFirst, second);
        neighbours[placeOfFirst] = endOfSecond;
        neighbours[placeOfSecond] = endOfFirst;
        int other = neighbours[backOfFirst];
        neighbours[backOfFirst] = neighbours[backOfSecond];
        neighbours[backOfSecond] = other;
    }

    private int place(int node, int neighbour) {
        for (int place = node * degree; ; place++) {
            if (neighbours[place] == neighbour) {
                return place;
            }
        }
    }

    private boolean isJoined(int node, int other) {
        return (joined[node * words + other / Long.SIZE] & 1L << other) != 0;
    }

    private void flip(int node, int other) {
        joined[node * words + other / Long.SIZE] ^= 1L << other;
    }

    /** The sum of all distances, or {@link DistanceSum#DISCONNECTED}. */
    long distanceSum() {
        return distances.of(neighbours);
    }

    RegularGraph toGraph() {
        return RegularGraph.ofFlat(nodes, degree, neighbours);
    }
}
