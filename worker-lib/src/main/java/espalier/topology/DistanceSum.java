package espalier.topology;

import java.util.Arrays;

/**
 * Sums of distances in graphs of one size, by breadth-first search from all nodes at once: a node's ball of radius r + 1 is the
 * union of its neighbours' balls of radius r, which are rows of bits. Not safe for several threads.
 */
final class DistanceSum {
    /** The sum of a graph that does not hang together. */
    static final long DISCONNECTED = Long.MAX_VALUE;

    private final int nodes;
    private final int degree;
    private final int words;
    private long[] balls;
    private long[] wider;

    DistanceSum(int nodes, int degree) {
        this.nodes = nodes;
        this.degree = degree;
        this.words = (nodes + Long.SIZE - 1) / Long.SIZE;
        this.balls = new long[nodes * words];
        this.wider = new long[nodes * words];
    }

    /**
     * The sum of the distances between all ordered pairs of nodes.
     *
     * @param neighbours of the nodes, one node after another
     */
    long of(int[] neighbours) {
        Arrays.fill(balls, 0);
        for (int node = 0; node < nodes; node++) {
            balls[node * words + node / Long.SIZE] = 1L << node;
        }
        long pairs = (long) nodes * nodes;
        long inside = nodes;
        long sum = 0;
        // A pair at distance k lies outside of the balls of radius 0 to k - 1.
        while (inside < pairs) {
            sum += pairs - inside;
            long before = inside;
            inside = words == 1 ? widenOneWord(neighbours) : widen(neighbours);
            if (inside == before) {
                return DISCONNECTED;
            }
        }
        return sum;
    }

    private long widenOneWord(int[] neighbours) {
        long inside = 0;
        int place = 0;
        for (int node = 0; node < nodes; node++) {
            long ball = balls[node];
            for (int end = place + degree; place < end; place++) {
                ball |= balls[neighbours[place]];
            }
            wider[node] = ball;
            inside += Long.bitCount(ball);
        }
        swap();
        return inside;
    }

    private long widen(int[] neighbours) {
        System.arraycopy(balls, 0, wider, 0, balls.length);
        long inside = 0;
        for (int node = 0; node < nodes; node++) {
            for (int place = node * degree; place < (node + 1) * degree; place++) {
                int from = neighbours[place] * words;
                for (int word = 0; word < words; word++) {
                    wider[node * words + word] |= balls[from + word];
                }
            }
            for (int word = node * words; word < (node + 1) * words; word++) {
                inside += Long.bitCount(wider[word]);
            }
        }
        swap();
        return inside;
    }

    private void swap() {
        long[] freed = balls;
        balls = wider;
        wider = freed;
    }
}
