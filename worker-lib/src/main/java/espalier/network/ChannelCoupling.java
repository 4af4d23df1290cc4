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
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds the channel groups of a network: union-find over single channels.
 *
 * <p>Every channel that a layer creates is an atom. A sum unites the atoms that it adds; concatenation, subset, flatten
 * and channel-wise layers move them. Atoms that end up united are one unit. Units that come from the same producers and
 * stand in the same tensors, equally often in each, form a group: whatever its width, every tensor follows it evenly. As
 * channels are followed one by one, sums of concatenations, concatenations of sums and zero-padded shortcuts at an offset
 * need no case of their own.
 */
final class ChannelCoupling {
    private static final String INPUT = "network input";
    private static final String OUTPUT = "network output";

    private final Map<String, NetworkNode> nodes;
    private final Map<String, int[]> atomsOf = new LinkedHashMap<>();
    private final List<Atom> created = new ArrayList<>();
    private final Map<Integer, String> frozenAtoms = new LinkedHashMap<>();
    private int[] parent = new int[0];

    private final Map<String, ChannelLayout> layouts = new LinkedHashMap<>();
    private List<ChannelGroup> groups = List.of();

    /** A channel of the layer that creates it. */
    private record Atom(String producer, int channel) {}

    /** A unit before it has a number: its atoms' producers, and the nodes at which it stands, both with repetition. */
    private record Signature(List<String> producers, Map<String, Integer> uses) {}

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
        } else if (spec.producesChannels()) {
            atoms = create(node);
        } else if (spec instanceof LayerSpec.DepthwiseConvolution depthwise) {
            atoms = repeat(inputs.get(0), depthwise.multiplier());
        } else if (spec instanceof LayerSpec.Flatten) {
            atoms = repeat(inputs.get(0), node(node.inputs().get(0)).output().area());
        } else if (spec instanceof LayerSpec.Sum) {
            atoms = unite(node, inputs);
        } else if (spec instanceof LayerSpec.Concatenation) {
            atoms = inputs.stream().flatMapToInt(Arrays::stream).toArray();
        } else if (spec instanceof LayerSpec.Subset subset) {
            atoms = select(node, inputs.get(0), subset);
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
            created.add(new Atom(node.name(), channel));
        }
        return atoms;
    }

    private int[] freeze(int[] atoms, String reason) {
        for (int atom : atoms) {
            frozenAtoms.putIfAbsent(atom, reason);
        }
        return atoms;
    }

    private static int[] repeat(int[] atoms, int times) {
        int[] repeated = new int[atoms.length * times];
        for (int position = 0; position < repeated.length; position++) {
            repeated[position] = atoms[position / times];
        }
        return repeated;
    }

    private static int[] select(NetworkNode node, int[] atoms, LayerSpec.Subset subset) {
        if (subset.to() >= atoms.length) {
            throw new IllegalArgumentException("node '" + node.name() + "' takes the channels " + subset.from() + " to "
                    + subset.to() + " of " + atoms.length + "; the last one must be below the number of channels");
        }
        return Arrays.copyOfRange(atoms, subset.from(), subset.to() + 1);
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

    /** Turns united atoms into numbered units, units of one signature into groups. */
    private void number() {
        Map<Integer, List<Atom>> atomsByRoot = new LinkedHashMap<>();
        for (int atom = 0; atom < parent.length; atom++) {
            atomsByRoot.computeIfAbsent(root(atom), root -> new ArrayList<>()).add(created.get(atom));
        }
        Map<Integer, String> frozenRoots = new HashMap<>();
        frozenAtoms.forEach((atom, reason) -> frozenRoots.putIfAbsent(root(atom), reason));
        Map<Integer, Map<String, Integer>> uses = uses();
        Map<Signature, List<Integer>> rootsBySignature = new LinkedHashMap<>();
        atomsByRoot.forEach((root, atoms) -> rootsBySignature
                .computeIfAbsent(signature(atoms, uses.getOrDefault(root, Map.of())), key -> new ArrayList<>())
                .add(root));
        Map<String, Long> groupsOfProducer = rootsBySignature.keySet().stream()
                .collect(Collectors.groupingBy(key -> key.producers().get(0), Collectors.counting()));

        int[] unitOfRoot = new int[parent.length];
        List<ChannelGroup> found = new ArrayList<>();
        int nextUnit = 0;
        for (Map.Entry<Signature, List<Integer>> entry : rootsBySignature.entrySet()) {
            List<String> producers =
                    entry.getKey().producers().stream().distinct().toList();
            List<Integer> roots = entry.getValue();
            boolean alone = Objects.requireNonNull(groupsOfProducer.get(producers.get(0))) == 1;
            String name = alone ? producers.get(0) : producers.get(0) + channels(roots, atomsByRoot);
            String frozenBecause = roots.stream()
                    .map(frozenRoots::get)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse("");
            found.add(new ChannelGroup(name, roots.size(), nextUnit, producers, meanArea(producers), frozenBecause));
            for (int root : roots) {
                unitOfRoot[root] = nextUnit++;
            }
        }
        atomsOf.forEach((name, atoms) -> layouts.put(
                name,
                new ChannelLayout(
                        Arrays.stream(atoms).map(atom -> unitOfRoot[root(atom)]).toArray())));
        groups = found;
    }

    /** For each root, how often it stands at each node. */
    private Map<Integer, Map<String, Integer>> uses() {
        Map<Integer, Map<String, Integer>> uses = new HashMap<>();
        atomsOf.forEach((name, atoms) -> {
            for (int atom : atoms) {
                uses.computeIfAbsent(root(atom), root -> new HashMap<>()).merge(name, 1, Integer::sum);
            }
        });
        return uses;
    }

    private static Signature signature(List<Atom> atoms, Map<String, Integer> uses) {
        return new Signature(atoms.stream().map(Atom::producer).toList(), uses);
    }

    /** Which channels of its first producer a group holds, such as {@code [0-7+24-31]}. */
    private static String channels(List<Integer> roots, Map<Integer, List<Atom>> atomsByRoot) {
        BitSet held = new BitSet();
        roots.forEach(root ->
                held.set(Objects.requireNonNull(atomsByRoot.get(root)).get(0).channel()));
        List<String> runs = new ArrayList<>();
        for (int from = held.nextSetBit(0); from >= 0; from = held.nextSetBit(held.nextClearBit(from))) {
            int to = held.nextClearBit(from) - 1;
            runs.add(from == to ? String.valueOf(from) : from + "-" + to);
        }
        return runs.stream().collect(Collectors.joining("+", "[", "]"));
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
