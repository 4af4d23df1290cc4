package espalier.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A network's nodes in topological order, with the channel groups that follow from how they are wired.
 *
 * <p>Immutable. Built once for a network; costs nothing to query.
 */
public final class NetworkGraph {
    private final Map<String, NetworkNode> nodes;
    private final Set<String> outputs;
    private final Map<String, ChannelLayout> layouts;
    private final List<ChannelGroup> groups;
    private final List<ChannelGroup> prunableGroups;

    private NetworkGraph(Map<String, NetworkNode> nodes, Set<String> outputs, ChannelCoupling coupling) {
        this.nodes = nodes;
        this.outputs = outputs;
        this.layouts = coupling.layouts();
        this.groups = coupling.groups();
        this.prunableGroups = groups.stream().filter(ChannelGroup::prunable).toList();
    }

    /**
     * Couples the channels of a network.
     *
     * @param nodes in topological order
     * @param outputs names of the nodes whose channels are the network's answer and therefore stay
     * @param frozen names of producing layers whose channels the user wants to stay
     * @throws IllegalArgumentException if a node reads one that does not stand before it, or shapes do not fit
     */
    public static NetworkGraph of(List<NetworkNode> nodes, Set<String> outputs, Predicate<String> frozen) {
        Map<String, NetworkNode> byName = new LinkedHashMap<>();
        for (NetworkNode node : nodes) {
            for (String input : node.inputs()) {
                if (!byName.containsKey(input)) {
                    throw new IllegalArgumentException("node '" + node.name() + "' reads '" + input
                            + "', which does not stand before it; give the nodes in topological order");
                }
            }
            if (byName.put(node.name(), node) != null) {
                throw new IllegalArgumentException("two nodes are named '" + node.name() + "'; names must be unique");
            }
        }
        for (String output : outputs) {
            if (!byName.containsKey(output)) {
                throw new IllegalArgumentException("output '" + output + "' is not a node of the network");
            }
        }
        return new NetworkGraph(byName, Set.copyOf(outputs), ChannelCoupling.of(byName, outputs, frozen));
    }

    /** All nodes, in topological order. */
    public List<NetworkNode> nodes() {
        return new ArrayList<>(nodes.values());
    }

    /**
     * The node of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public NetworkNode node(String name) {
        return find(nodes, name);
    }

    /** Names of the nodes whose channels are the network's answer. */
    public Set<String> outputs() {
        return outputs;
    }

    /** Every channel group, frozen ones too, in the order of their first producer. */
    public List<ChannelGroup> groups() {
        return groups;
    }

    /** The groups that a recipe has one width for, in the order of the recipe. */
    public List<ChannelGroup> prunableGroups() {
        return prunableGroups;
    }

    /** Number of units of all groups together. */
    public int units() {
        return groups.stream().mapToInt(ChannelGroup::width).sum();
    }

    /** The units at a node's output channels. */
    public ChannelLayout outputLayout(String node) {
        return find(layouts, node);
    }

    /** The units at the channels of a node's only input. */
    public ChannelLayout inputLayout(String node) {
        return outputLayout(node(node).inputs().get(0));
    }

    private static <T> T find(Map<String, T> map, String name) {
        T value = map.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the network has no node '" + name + "'");
        }
        return value;
    }
}
