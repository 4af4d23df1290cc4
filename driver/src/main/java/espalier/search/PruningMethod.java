package espalier.search;

import espalier.config.RefineConfig;
import espalier.config.SpaceConfig;
import espalier.cost.Complexity;
import espalier.recipe.Recipe;
import espalier.refine.RangeDecision;
import espalier.space.Band;
import espalier.space.PruningSpace;
import espalier.table.TrialRow;
import java.util.List;
import java.util.Map;

/** What one method of pruning brings to a search; all else is the same for every method. */
public interface PruningMethod {

    /** The space that a study starts with. */
    PruningSpace space();

    /** Who draws its recipes; a new one has drawn none yet. */
    Planner planner();

    /** Cost of the original network. */
    Complexity original();

    /** What decides about results beside the configuration, the images and the network; empty for nothing. */
    String inputs();

    /**
     * Which bands of a space to keep.
     *
     * @param trials that were measured, all of the space
     * @param seed of bootstraps and permutations
     * @return one for each band, in their order
     */
    List<RangeDecision> decide(List<TrialRow> trials, PruningSpace space, RefineConfig refine, long seed);

    /** The configuration of a space with other bands. */
    SpaceConfig configuration(SpaceConfig config, Map<String, Band> bands);

    /** Recipes that need no search and cost what a recipe costs, by name: what a search must beat. */
    Map<String, Recipe> controls(Recipe recipe, long seed);

    /** What a recipe yields, by name: the channels that each group keeps, say. */
    Map<String, Object> describe(Recipe recipe);

    /**
     * Prunes by recipes of the space and compares with what must come out, before anything is spent.
     *
     * @return what was compared, in one line
     * @throws StudyException if a pruned network is not what it must be
     */
    String check(StudyContext study, int recipes);
}
