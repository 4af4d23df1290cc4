package espalier.mask;

import java.util.SplittableRandom;

/**
 * Which node of a graph each channel of a layer belongs to (regular-graph pruning, arXiv 2110.15192, after "Graph Structure of Neural Networks",
 * arXiv 2007.06559): neighbouring channels are a node's; where the channels cannot be shared out evenly some nodes have one more, which ones
 * follows from the number of nodes alone, so that both sides of a layer agree.
 */
public final class NodeGrouping {
    private static final long SEED = 1;

    private final int[] nodeOfChannel;

    private NodeGrouping(int[] nodeOfChannel) {
        this.nodeOfChannel = nodeOfChannel;
    }

    /**
     * Shares channels out among nodes.
     *
     * @throws IllegalArgumentException if there are fewer channels than nodes
     */
    public static NodeGrouping of(int channels, int nodes) {
        if (channels < nodes) {
            throw new IllegalArgumentException(
                    channels + " channels cannot be shared out among " + nodes + " nodes; give at most " + channels);
        }
        int[] order = permutation(nodes);
        int[] nodeOfChannel = new int[channels];
        int channel = 0;
        for (int node = 0; node < nodes; node++) {
            int size = channels / nodes + (order[node] < channels % nodes ? 1 : 0);
            for (int end = channel + size; channel < end; channel++) {
                nodeOfChannel[channel] = node;
            }
        }
        return new NodeGrouping(nodeOfChannel);
    }

    private static int[] permutation(int nodes) {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] order = new int[nodes];
        for (int node = 0; node < nodes; node++) {
            int other = random.nextInt(node + 1);
            order[node] = order[other];
            order[other] = node;
        }
        return order;
    }

    public int channels() {
        return nodeOfChannel.length;
    }

    /** The node that a channel belongs to. */
    public int node(int channel) {
        return nodeOfChannel[channel];
    }
}
