package espalier.search;

import espalier.config.RefineConfig;
import espalier.config.SearchConfig;
import espalier.config.SpaceConfig;
import espalier.cost.Complexity;
import espalier.cost.LatencyTable;
import espalier.network.NetworkGraph;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.Recipe;
import espalier.refine.RangeDecision;
import espalier.space.Band;
import espalier.space.ChannelSpace;
import espalier.space.FeatureBands;
import espalier.space.PruningSpace;
import espalier.space.SpreadSampler;
import espalier.table.TrialRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Network pruning spaces (arXiv 2304.09453; a reconstruction): whole channels of the trained network are removed. */
final class ChannelMethod implements PruningMethod {
    private final ChannelSpace space;
    private final SearchConfig search;

    ChannelMethod(ChannelSpace space, SearchConfig search) {
        this.space = space;
        this.search = search;
    }

    @Override
    public ChannelSpace space() {
        return space;
    }

    @Override
    public Planner planner() {
        return new ChannelPlanner(search);
    }

    @Override
    public Complexity original() {
        return space.counter().original();
    }

    @Override
    public String inputs() {
        LatencyTable latencies = space.counter().latencies();
        return latencies.isEmpty() ? "" : latencies.toString();
    }

    @Override
    public List<RangeDecision> decide(List<TrialRow> trials, PruningSpace searched, RefineConfig refine, long seed) {
        Map<String, Band> bands = searched.bands();
        return RoundAnalysis.refiner(refine, seed)
                .refine(
                        RoundAnalysis.values(trials, row -> row.subnetwork().mcb()),
                        RoundAnalysis.values(trials, row -> row.subnetwork().spread()),
                        RoundAnalysis.values(trials, RoundAnalysis::drop),
                        RoundAnalysis.range(Objects.requireNonNull(bands.get(ChannelSpace.MCB))),
                        RoundAnalysis.range(Objects.requireNonNull(bands.get(ChannelSpace.SPREAD))));
    }

    @Override
    public SpaceConfig configuration(SpaceConfig config, Map<String, Band> bands) {
        return config.with(
                StudySpaces.band(Objects.requireNonNull(bands.get(ChannelSpace.MCB))),
                StudySpaces.band(Objects.requireNonNull(bands.get(ChannelSpace.SPREAD))));
    }

    /** The same share of every group's channels, if that meets the FLOPs tolerance. */
    @Override
    public Map<String, Recipe> controls(Recipe recipe, long seed) {
        ChannelSpace anyBudget = space.with(space.constraints().withBands(FeatureBands.ANY));
        Optional<ChannelRecipe> uniform = new SpreadSampler(anyBudget, 0).sample(seed);
        return uniform.isPresent() ? Map.of("uniform", uniform.get()) : Map.of();
    }

    @Override
    public Map<String, Object> describe(Recipe recipe) {
        NetworkGraph network = space.network();
        List<Integer> widths = ((ChannelRecipe) recipe).widths();
        Map<String, Object> channels = new LinkedHashMap<>();
        for (int group = 0; group < widths.size(); group++) {
            channels.put(network.prunableGroups().get(group).name(), widths.get(group));
        }
        return channels;
    }

    @Override
    public String check(StudyContext study, int recipes) {
        return PruningCheck.run(study, recipes).toString();
    }
}
