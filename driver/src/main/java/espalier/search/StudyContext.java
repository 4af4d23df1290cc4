package espalier.search;

import espalier.config.StudyConfig;
import espalier.recipe.Recipe;
import espalier.recipe.RecipeId;
import espalier.space.PruningSpace;
import espalier.space.RecipeFeatures;
import espalier.task.ImageAsset;
import espalier.task.Phase;
import espalier.task.Trial;
import java.util.List;

/**
 * What a study is about, worked out before anything is spent.
 *
 * @param config resolved configuration
 * @param images read and split
 * @param network the original
 * @param method of pruning, with the space that the first round searches
 */
public record StudyContext(StudyConfig config, ImageAsset images, StudyNetwork network, PruningMethod method) {

    /** The space that the first round searches. */
    public PruningSpace space() {
        return method.space();
    }

    StudyPlans plans() {
        return new StudyPlans(config);
    }

    /** Seed of a named part of this study; another study of the same root seed has another. */
    long seed(Object... words) {
        return Seeds.of(Seeds.of(config.seed(), config.study()), words);
    }

    /** Seed of the bootstraps and permutations that look at the trials up to a round. */
    public long analysisSeed(int round) {
        return seed("analysis", round);
    }

    /** A trial of a recipe, planned. */
    PlannedTrial plan(
            String id,
            Recipe recipe,
            List<Phase> phases,
            long seed,
            int round,
            String population,
            String spaceId,
            int epochs) {
        return planned(
                id, recipe, phases, seed, new byte[0], round, population, spaceId, space().features(recipe), epochs);
    }

    PlannedTrial planned(
            String id,
            Recipe recipe,
            List<Phase> phases,
            long seed,
            byte[] given,
            int round,
            String population,
            String spaceId,
            RecipeFeatures features,
            int epochs) {
        // The original and the final are measured as trained networks, also where nothing is left to train.
        int rung = StudyPlans.measuresTrained(phases) ? 1 : 0;
        Trial trial = new Trial(
                id,
                title(id, round, rung),
                recipe,
                phases,
                seed,
                config.search().timeLimit(),
                given);
        RecipeId recipeId = RecipeId.of(network.fingerprint(), recipe);
        return new PlannedTrial(trial, round, population, spaceId, recipeId, features, rung, epochs);
    }

    /** What a cluster's own pages call a trial. */
    String title(String id, int round, int rung) {
        return "study %s, round %d, rung %d: trial %s".formatted(config.study(), round, rung, id);
    }

    /** Id of the space that the study starts with. */
    String initialSpaceId() {
        return config.study() + "/initial";
    }

    /** Id of the space that a round's refinement made. */
    String spaceId(int round) {
        return config.study() + "/round-" + round;
    }
}
