package espalier.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Finds the channel groups of a network: union-find over single channels.
 *
 * <p>Every channel that a layer creates is an atom. A sum unites the atoms that it adds; concatenation, flatten and
 * channel-wise layers move them. Atoms that end up united are one unit; units with the same producers form a group. As
 * channels are followed one by one, sums of concatenations and concatenations of sums need no case of their own.
 */
final class ChannelCoupling {
    private static final String INPUT = "network input";
    private static final String OUTPUT = "network output";

    private final Map<String, NetworkNode> nodes;
    private final Map<String, int[]> atomsOf = new LinkedHashMap<>();
    private final Map<Integer, String> producerOf = new HashMap<>();
    private final Map<Integer, String> frozenAtoms = new LinkedHashMap<>();
    private int[] parent = new int[0];

    private Map<String, ChannelLayout> layouts = Map.of();
    private List<ChannelGroup> groups = List.of();

    private ChannelCoupling(Map<String, NetworkNode> nodes) {
        this.nodes = nodes;
    }

    static ChannelCoupling of(Map<String, NetworkNode> nodes, Set<String> outputs, Predicate<String> frozen) {
        ChannelCoupling coupling = new ChannelCoupling(nodes);
        nodes.values().forEach(coupling::follow);
        nodes.keySet().stream().filter(frozen).forEach(name -> coupling.freeze(coupling.atoms(name), "frozen by name"));
        outputs.forEach(name -> coupling.freeze(coupling.atoms(name), OUTPUT));
        coupling.number();
        return coupling;
    }

    Map<String, ChannelLayout> layouts() {
        return layouts;
    }

    List<ChannelGroup> groups() {
        return groups;
    }

    private void follow(NetworkNode node) {
        List<int[]> inputs = node.inputs().stream().map(this::atoms).toList();
        LayerSpec spec = node.spec();
        int[] atoms;
        if (spec instanceof LayerSpec.Input) {
            atoms = freeze(create(node), INPUT);
        } else if (spec.hasCost()) {
            atoms = create(node);
        } else if (spec instanceof LayerSpec.Flatten) {
            atoms = repeat(inputs.get(0), node(node.inputs().get(0)));
        } else if (spec instanceof LayerSpec.Sum) {
            atoms = unite(node, inputs);
        } else if (spec instanceof LayerSpec.Concatenation) {
            atoms = inputs.stream().flatMapToInt(Arrays::stream).toArray();
        } else if (spec instanceof LayerSpec.Opaque opaque) {
            String reason = "touched by '" + node.name() + "' (" + opaque.description() + ")";
            inputs.forEach(input -> freeze(input, reason));
            atoms = freeze(create(node), reason);
        } else {
            atoms = inputs.get(0);
        }
        if (atoms.length != node.output().channels()) {
            throw new IllegalArgumentException("node '" + node.name() + "' has "
                    + node.output().channels() + " output channels, but its inputs make " + atoms.length);
        }
        atomsOf.put(node.name(), atoms);
    }

    private int[] atoms(String name) {
        int[] atoms = atomsOf.get(name);
        if (atoms == null) {
            throw new IllegalArgumentException("the network has no node '" + name + "'");
        }
        return atoms;
    }

    private int[] create(NetworkNode node) {
        int first = parent.length;
        int[] atoms = new int[node.output().channels()];
        parent = Arrays.copyOf(parent, first + atoms.length);
        for (int channel = 0; channel < atoms.length; channel++) {
            int atom = first + channel;
            atoms[channel] = atom;
            parent[atom] = atom;
            producerOf.put(atom, node.name());
        }
        return atoms;
    }

    private int[] freeze(int[] atoms, String reason) {
        for (int atom : atoms) {
            frozenAtoms.putIfAbsent(atom, reason);
        }
        return atoms;
    }

    private static int[] repeat(int[] atoms, NetworkNode source) {
        int area = source.output().area();
        int[] repeated = new int[atoms.length * area];
        for (int position = 0; position < repeated.length; position++) {
            repeated[position] = atoms[position / area];
        }
        return repeated;
    }

    private int[] unite(NetworkNode node, List<int[]> inputs) {
        int[] first = inputs.get(0);
        for (int[] other : inputs.subList(1, inputs.size())) {
            if (other.length != first.length) {
                throw new IllegalArgumentException("node '" + node.name() + "' adds " + first.length + " channels to "
                        + other.length + "; the counts must be equal");
            }
            for (int channel = 0; channel < first.length; channel++) {
                int left = root(first[channel]);
                int right = root(other[channel]);
                parent[Math.max(left, right)] = Math.min(left, right);
            }
        }
        return first;
    }

    private int root(int atom) {
        int root = atom;
        while (parent[root] != root) {
            parent[root] = parent[parent[root]];
            root = parent[root];
        }
        return root;
    }

    /** Turns united atoms into numbered units, units of the same producers into groups. */
    private void number() {
        Map<Integer, TreeMap<Integer, String>> members = new LinkedHashMap<>();
        for (int atom = 0; atom < parent.length; atom++) {
            members.computeIfAbsent(root(atom), root -> new TreeMap<>()).put(atom, producer(atom));
        }
        Map<Integer, String> frozenRoots = new HashMap<>();
        frozenAtoms.forEach((atom, reason) -> frozenRoots.putIfAbsent(root(atom), reason));

        // The producers with repetition: a unit that takes two channels of a layer is unlike one that takes one.
        Map<List<String>, List<Integer>> rootsByProducers = new LinkedHashMap<>();
        members.forEach((root, atoms) -> rootsByProducers
                .computeIfAbsent(List.copyOf(atoms.values()), key -> new ArrayList<>())
                .add(root));

        int[] unitOfRoot = new int[parent.length];
        List<ChannelGroup> found = new ArrayList<>();
        int nextUnit = 0;
        for (Map.Entry<List<String>, List<Integer>> entry : rootsByProducers.entrySet()) {
            int firstUnit = nextUnit;
            String frozenBecause = "";
            for (int root : entry.getValue()) {
                unitOfRoot[root] = nextUnit++;
                frozenBecause = frozenBecause.isEmpty() ? frozenRoots.getOrDefault(root, "") : frozenBecause;
            }
            List<String> producers = entry.getKey().stream().distinct().toList();
            found.add(new ChannelGroup(
                    producers.get(0), nextUnit - firstUnit, firstUnit, producers, meanArea(producers), frozenBecause));
        }
        Map<String, ChannelLayout> laidOut = new LinkedHashMap<>();
        atomsOf.forEach((name, atoms) -> laidOut.put(
                name,
                new ChannelLayout(
                        Arrays.stream(atoms).map(atom -> unitOfRoot[root(atom)]).toArray())));
        layouts = laidOut;
        groups = found.stream().map(this::freezeIfUneven).toList();
    }

    /** A tensor that carries only some units of a group, or some more often than others, cannot follow a plain width. */
    private ChannelGroup freezeIfUneven(ChannelGroup group) {
        if (!group.prunable()) {
            return group;
        }
        for (Map.Entry<String, ChannelLayout> entry : layouts.entrySet()) {
            if (!isEven(group, entry.getValue())) {
                return new ChannelGroup(
                        group.name(),
                        group.width(),
                        group.firstUnit(),
                        group.producers(),
                        group.area(),
                        "'" + entry.getKey() + "' uses only some of its channels");
            }
        }
        return group;
    }

    private static boolean isEven(ChannelGroup group, ChannelLayout layout) {
        int[] uses = new int[group.width()];
        BitSet used = new BitSet();
        for (int channel = 0; channel < layout.channels(); channel++) {
            int index = layout.unit(channel) - group.firstUnit();
            if (index >= 0 && index < group.width()) {
                uses[index]++;
                used.set(index);
            }
        }
        return used.isEmpty() || Arrays.stream(uses).distinct().count() == 1;
    }

    private String producer(int atom) {
        return Objects.requireNonNull(producerOf.get(atom));
    }

    private NetworkNode node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    private double meanArea(List<String> producers) {
        return producers.stream()
                .mapToInt(name -> node(name).output().area())
                .average()
                .orElseThrow();
    }
}
