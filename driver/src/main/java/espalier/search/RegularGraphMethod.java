package espalier.search;

import espalier.config.GraphConfig;
import espalier.config.RefineConfig;
import espalier.config.SpaceConfig;
import espalier.cost.Complexity;
import espalier.cost.ComplexityCounter;
import espalier.mask.MaskableLayer;
import espalier.recipe.Recipe;
import espalier.recipe.RegularGraphRecipe;
import espalier.recipe.RegularGraphRecipe.Arrangement;
import espalier.refine.RangeDecision;
import espalier.space.Band;
import espalier.space.PruningSpace;
import espalier.space.RegularGraphSpace;
import espalier.table.TrialRow;
import espalier.task.Workbench;
import espalier.topology.Graph6;
import espalier.topology.RegularGraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** Regular-graph pruning (arXiv 2110.15192): kernels that a graph does not join are zero from the start. */
final class RegularGraphMethod implements PruningMethod {
    private final Complexity original;
    private final List<MaskableLayer> layers;
    private final RegularGraphSpace space;
    private final GraphConfig config;

    private RegularGraphMethod(
            Complexity original, List<MaskableLayer> layers, RegularGraphSpace space, GraphConfig config) {
        this.original = original;
        this.layers = layers;
        this.space = space;
        this.config = config;
    }

    /** The graphs that a configuration asks for, on the layers of a network that are not frozen. */
    static RegularGraphMethod of(GraphConfig config, StudyNetwork network) {
        Predicate<String> frozen = Workbench.matcher(network.config().network().freeze());
        List<MaskableLayer> layers = MaskableLayer.of(network.graph(), frozen);
        Complexity original = ComplexityCounter.of(network.graph()).original();
        RegularGraphSpace.Shape shape = new RegularGraphSpace.Shape(
                config.nodes(),
                config.degree(),
                new RegularGraphRecipe.Layers(
                        config.firstDense(), config.lastDense(), config.selfLoops(), config.scaledWeights()));
        RegularGraphSpace space = RegularGraphSpace.of(original, layers, shape, StudySpaces.band(config.aspl()));
        return new RegularGraphMethod(original, layers, space, config);
    }

    @Override
    public RegularGraphSpace space() {
        return space;
    }

    @Override
    public Planner planner() {
        return new RegularGraphPlanner(config.swaps());
    }

    @Override
    public Complexity original() {
        return original;
    }

    @Override
    public String inputs() {
        return "";
    }

    @Override
    public List<RangeDecision> decide(List<TrialRow> trials, PruningSpace searched, RefineConfig refine, long seed) {
        return RoundAnalysis.refiner(refine, seed)
                .refine(
                        RegularGraphSpace.ASPL,
                        RoundAnalysis.values(trials, row -> row.subnetwork().feature(RegularGraphSpace.ASPL)),
                        RoundAnalysis.values(trials, RoundAnalysis::drop),
                        RoundAnalysis.range(
                                Objects.requireNonNull(searched.bands().get(RegularGraphSpace.ASPL))));
    }

    @Override
    public SpaceConfig configuration(SpaceConfig given, Map<String, Band> bands) {
        Band aspl = Objects.requireNonNull(bands.get(RegularGraphSpace.ASPL));
        return given.with(given.graph().with(StudySpaces.band(aspl)));
    }

    /** A random graph, and as many kernels or weights of each layer anywhere. */
    @Override
    public Map<String, Recipe> controls(Recipe recipe, long seed) {
        RegularGraphRecipe regular = (RegularGraphRecipe) recipe;
        RegularGraph random =
                RegularGraph.random(space.shape().nodes(), space.shape().degree(), seed);
        Map<String, Recipe> controls = new LinkedHashMap<>();
        controls.put("random-graph", new RegularGraphRecipe(Graph6.write(random), Arrangement.GRAPH, regular.layers()));
        controls.put("shuffled", new RegularGraphRecipe(regular.graph(), Arrangement.SHUFFLED, regular.layers()));
        controls.put("scattered", new RegularGraphRecipe(regular.graph(), Arrangement.SCATTERED, regular.layers()));
        return controls;
    }

    @Override
    public Map<String, Object> describe(Recipe recipe) {
        RegularGraphRecipe regular = (RegularGraphRecipe) recipe;
        Map<String, Object> description =
                new LinkedHashMap<>(space.features(recipe).own());
        description.put("arrangement", regular.arrangement().name().toLowerCase(Locale.ROOT));
        description.put("graph6", regular.graph());
        return description;
    }

    @Override
    public String check(StudyContext study, int recipes) {
        return MaskCheck.run(study, layers, recipes).toString();
    }
}
