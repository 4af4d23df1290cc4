package espalier.topology;

/** Average shortest path lengths, and how short they can be. */
public final class ShortestPaths {
    private ShortestPaths() {}

    /** The average over all ordered pairs, in edges; infinite for a graph that does not hang together. */
    static double average(int nodes, long distanceSum) {
        return distanceSum == DistanceSum.DISCONNECTED
                ? Double.POSITIVE_INFINITY
                : (double) distanceSum / ((long) nodes * (nodes - 1));
    }

    /**
     * A sum of distances that no regular graph is below (Cerf, Cowan, Mullin and Stanton 1974; the argument of Moore's bound): from
     * each node at most {@code degree * (degree - 1)^(k - 1)} others are at distance k.
     *
     * @throws IllegalArgumentException if no such graph exists
     */
    public static long lowerBoundOfSum(int nodes, int degree) {
        RegularGraph.requireExistence(nodes, degree);
        long sum = 0;
        long left = nodes - 1L;
        long reached = degree;
        for (int distance = 1; left > 0; distance++) {
            long here = degree == 1 && distance > 1 ? left : Math.min(left, reached);
            sum += distance * here;
            left -= here;
            reached = Math.min(left, reached * (degree - 1));
        }
        return sum * nodes;
    }

    /** {@link #lowerBoundOfSum} as an average, in edges. */
    public static double lowerBound(int nodes, int degree) {
        return average(nodes, lowerBoundOfSum(nodes, degree));
    }
}
