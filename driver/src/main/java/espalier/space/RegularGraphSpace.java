package espalier.space;

import espalier.cost.Complexity;
import espalier.mask.LayerMask;
import espalier.mask.MaskableLayer;
import espalier.mask.RegularGraphMask;
import espalier.mask.WeightMask;
import espalier.recipe.Recipe;
import espalier.recipe.RegularGraphRecipe;
import espalier.recipe.RegularGraphRecipe.Arrangement;
import espalier.recipe.WholeNetwork;
import espalier.topology.Graph6;
import espalier.topology.RegularGraph;
import espalier.topology.ShortestPaths;
import espalier.topology.WalkReach;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The regular graphs of one number of nodes and one degree whose average shortest path length (ASPL) lies in a band, as masks of a network's layers
 * (regular-graph pruning, arXiv 2110.15192).
 *
 * <p>A graph that falls into two sides is not in the space unless every node is joined to itself too: a chain of its layers would never mix the
 * sides.
 */
public final class RegularGraphSpace implements PruningSpace {
    /** Average shortest path length, in edges. */
    public static final String ASPL = "aspl";

    /** A graph is as short as its band's end within this. */
    private static final double ROUNDING = 1e-9;

    private final Complexity original;
    private final List<MaskableLayer> layers;
    private final Shape shape;
    private final Band aspl;
    private final List<Band> exclusions;

    /**
     * What all graphs of a space have in common.
     *
     * @param nodes of each graph
     * @param degree neighbours of each node
     * @param masked which layers are masked, and how
     */
    public record Shape(int nodes, int degree, RegularGraphRecipe.Layers masked) {}

    private RegularGraphSpace(
            Complexity original, List<MaskableLayer> layers, Shape shape, Band aspl, List<Band> exclusions) {
        this.original = original;
        this.layers = List.copyOf(layers);
        this.shape = shape;
        this.aspl = aspl;
        this.exclusions = List.copyOf(exclusions);
    }

    /**
     * The space of a network.
     *
     * @param original cost of the network with all weights
     * @param layers of the network that may be masked, in its order
     * @param aspl band of the average shortest path length
     * @throws SpaceException if there are no such graphs, or they do not fit the layers
     */
    public static RegularGraphSpace of(Complexity original, List<MaskableLayer> layers, Shape shape, Band aspl) {
        requireGraphs(shape);
        MaskableLayer narrowest = RegularGraphMask.narrowest(layers, shape.masked())
                .orElseThrow(() -> new SpaceException("the network has " + layers.size()
                        + " layers to mask and space.graph leaves all of them dense; mask the first or the last too"));
        int width = RegularGraphMask.width(narrowest);
        if (width < shape.nodes()) {
            throw new SpaceException("space.graph.nodes is " + shape.nodes() + ", must be at most " + width
                    + ", the channels of layer '" + narrowest.name() + "': give " + width
                    + " or fewer, a wider network, or name layers to stay dense in network.freeze");
        }
        return new RegularGraphSpace(original, layers, shape, aspl, List.of()).checked();
    }

    private static void requireGraphs(Shape shape) {
        try {
            RegularGraph.requireExistence(shape.nodes(), shape.degree());
        } catch (IllegalArgumentException e) {
            throw new SpaceException("space.graph: " + e.getMessage());
        }
        if (shape.degree() == 1 && shape.nodes() > 2) {
            throw new SpaceException("space.graph.degree is 1, must be at least 2: pairs hear of nobody else");
        }
        boolean isCycleOfTwoSides = shape.degree() == 2 && shape.nodes() % 2 == 0;
        if (isCycleOfTwoSides && !shape.masked().selfLoops()) {
            throw new SpaceException("space.graph.degree is 2 on " + shape.nodes()
                    + " nodes: every such graph has two sides that a chain of layers never mixes; give degree 3 or more,"
                    + " an odd number of nodes, or self-loops");
        }
    }

    private RegularGraphSpace checked() {
        Band possible = possible();
        if (aspl.low() > possible.high() + ROUNDING || aspl.high() < possible.low() - ROUNDING) {
            throw new SpaceException("ASPL is to be " + aspl + ", but graphs of " + shape.nodes() + " nodes and degree "
                    + shape.degree() + " have " + possible + "; widen space.graph.aspl");
        }
        if (segments().isEmpty()) {
            throw new SpaceException("ASPL is to be " + aspl + " outside of " + exclusions + ", where nothing is left");
        }
        return this;
    }

    /** From the lower bound of all graphs to the ring lattice, from which swaps begin. */
    public Band possible() {
        double ring = RegularGraph.ring(shape.nodes(), shape.degree()).averageShortestPathLength();
        return new Band(ShortestPaths.lowerBound(shape.nodes(), shape.degree()), ring);
    }

    /** The parts of the band that graphs can lie in, rising. */
    List<Band> segments() {
        List<Band> segments = new ArrayList<>();
        aspl.intersect(possible()).ifPresent(segments::add);
        for (Band excluded : exclusions) {
            List<Band> left = new ArrayList<>();
            for (Band segment : segments) {
                if (excluded.low() > segment.low()) {
                    left.add(new Band(segment.low(), Math.min(segment.high(), excluded.low())));
                }
                if (excluded.high() < segment.high()) {
                    left.add(new Band(Math.max(segment.low(), excluded.high()), segment.high()));
                }
            }
            segments = left;
        }
        return segments;
    }

    public Shape shape() {
        return shape;
    }

    @Override
    public boolean contains(Recipe recipe) {
        return recipe instanceof RegularGraphRecipe regular
                && regular.arrangement() == Arrangement.GRAPH
                && regular.layers().equals(shape.masked())
                && contains(Graph6.read(regular.graph()));
    }

    /** Whether a graph belongs to the space. */
    boolean contains(RegularGraph graph) {
        double value = graph.averageShortestPathLength();
        return graph.nodes() == shape.nodes()
                && graph.degree() == shape.degree()
                && aspl.distance(value) <= ROUNDING
                && exclusions.stream().noneMatch(band -> band.contains(value))
                && (shape.masked().selfLoops() || !graph.isBipartite());
    }

    @Override
    public RecipeFeatures features(Recipe recipe) {
        if (recipe instanceof WholeNetwork) {
            return features(original, List.of(), Map.of());
        }
        if (!(recipe instanceof RegularGraphRecipe regular)) {
            throw new IllegalArgumentException("a recipe of method '" + recipe.method() + "' has no graph");
        }
        RegularGraph graph = Graph6.read(regular.graph());
        // Controls keep as many weights of each layer.
        WeightMask mask = RegularGraphMask.of(graph, layers, regular.layers());
        WalkReach reach = WalkReach.of(graph);
        Map<String, Double> own = new LinkedHashMap<>();
        own.put("nodes", (double) graph.nodes());
        own.put("degree", (double) graph.degree());
        own.put(ASPL, graph.averageShortestPathLength());
        own.put("aspl_bound", ShortestPaths.lowerBound(graph.nodes(), graph.degree()));
        own.put("nominal_density", graph.density());
        own.put("gradient_resistance", reach.gradientResistance());
        return features(mask.cost(original), mask.layers(), own);
    }

    private RecipeFeatures features(Complexity cost, List<LayerMask> masks, Map<String, Double> own) {
        List<Double> densities = masks.stream().map(LayerMask::density).toList();
        return new RecipeFeatures(
                cost,
                cost.flopsKept(original),
                cost.parametersKept(original),
                1,
                cost.meanComputationBudget(original),
                Numbers.spread(densities),
                densities,
                own);
    }

    @Override
    public Map<String, Band> bands() {
        return Map.of(ASPL, aspl);
    }

    @Override
    public RegularGraphSpace within(Map<String, Band> bands) {
        return new RegularGraphSpace(
                        original, layers, shape, Objects.requireNonNull(bands.getOrDefault(ASPL, aspl)), exclusions)
                .checked();
    }

    @Override
    public RegularGraphSpace without(PruningSpace narrower) {
        List<Band> changed = new ArrayList<>(exclusions);
        changed.add(((RegularGraphSpace) narrower).aspl);
        return new RegularGraphSpace(original, layers, shape, aspl, changed).checked();
    }

    @Override
    public Map<String, Object> constants() {
        Map<String, Object> constants = new LinkedHashMap<>();
        constants.put("nodes", shape.nodes());
        constants.put("degree", shape.degree());
        return Collections.unmodifiableMap(constants);
    }

    @Override
    public String description() {
        return "regular graphs of " + shape.nodes() + " nodes and degree " + shape.degree() + ", ASPL " + aspl;
    }
}
