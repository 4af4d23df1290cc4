package espalier.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * Graphs as text in the format graph6 of nauty's, which other tools read too: the number of nodes, then one bit for each pair
 * below the diagonal, six bits in a printable character.
 */
public final class Graph6 {
    private static final int OFFSET = 63;
    private static final int BITS = 6;
    private static final int SHORT_NODES = 62;
    private static final int LONG_HEADER = 4;

    private Graph6() {}

    /** The graph in one line. */
    public static String write(RegularGraph graph) {
        StringBuilder text = new StringBuilder();
        int nodes = graph.nodes();
        if (nodes <= SHORT_NODES) {
            text.append(character(nodes));
        } else {
            text.append('~')
                    .append(character(nodes >> (2 * BITS)))
                    .append(character((nodes >> BITS) & 63))
                    .append(character(nodes & 63));
        }
        int bits = 0;
        int count = 0;
        for (int node = 1; node < nodes; node++) {
            for (int other = 0; other < node; other++) {
                bits = (bits << 1) | (graph.hasEdge(node, other) ? 1 : 0);
                if (++count % BITS == 0) {
                    text.append(character(bits));
                    bits = 0;
                }
            }
        }
        if (count % BITS != 0) {
            text.append(character(bits << (BITS - count % BITS)));
        }
        return text.toString();
    }

    private static char character(int bits) {
        return (char) (bits + OFFSET);
    }

    /**
     * The graph of a line.
     *
     * @throws IllegalArgumentException if it is not in the format, or its graph is not regular
     */
    public static RegularGraph read(String text) {
        boolean isLong = text.startsWith("~");
        int header = isLong ? LONG_HEADER : 1;
        if (text.length() < header || !text.chars().allMatch(each -> each >= OFFSET && each < OFFSET + 64)) {
            throw new IllegalArgumentException("'" + text + "' is no graph in the format graph6");
        }
        int nodes = isLong
                ? (sixBits(text, 1) << (2 * BITS)) | (sixBits(text, 2) << BITS) | sixBits(text, 3)
                : sixBits(text, 0);
        long pairs = (long) nodes * (nodes - 1) / 2;
        if (nodes > RegularGraph.MOST_NODES || text.length() - header != (pairs + BITS - 1) / BITS) {
            throw new IllegalArgumentException("graph6 text of " + nodes + " nodes has " + (text.length() - header)
                    + " characters for its edges; " + (pairs + BITS - 1) / BITS + " are needed, of at most "
                    + RegularGraph.MOST_NODES + " nodes");
        }
        return RegularGraph.of(neighbours(text.substring(header), nodes));
    }

    private static List<int[]> neighbours(String bits, int nodes) {
        List<List<Integer>> neighbours = new ArrayList<>();
        int pair = 0;
        for (int node = 0; node < nodes; node++) {
            neighbours.add(new ArrayList<>());
            for (int other = 0; other < node; other++, pair++) {
                if (((sixBits(bits, pair / BITS) >> (BITS - 1 - pair % BITS)) & 1) == 1) {
                    neighbours.get(node).add(other);
                    neighbours.get(other).add(node);
                }
            }
        }
        return neighbours.stream()
                .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }

    private static int sixBits(String text, int index) {
        return text.charAt(index) - OFFSET;
    }
}
