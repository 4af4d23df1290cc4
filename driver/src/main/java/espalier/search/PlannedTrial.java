package espalier.search;

import espalier.recipe.RecipeId;
import espalier.space.RecipeFeatures;
import espalier.task.Phase;
import espalier.task.Trial;
import java.util.List;

/**
 * A trial with what the driver knows of it before it runs.
 *
 * @param trial what travels to the executor
 * @param round round of the search, 0 for the original, one more than the last for the final
 * @param population the trials that it is counted with
 * @param spaceId the space that its recipe was drawn from
 * @param recipeId identity of its subnetwork
 * @param features cost and shape of its subnetwork
 * @param rung that it comes to
 * @param epochs of training that it has taken then
 */
record PlannedTrial(
        Trial trial,
        int round,
        String population,
        String spaceId,
        RecipeId recipeId,
        RecipeFeatures features,
        int rung,
        int epochs) {

    /**
     * The same trial, on its way to some rung.
     *
     * @param step 0 for the lowest rung; its time limit is that of as many trials as there are steps up to it, for where a checkpoint is lost all of
     *     them are done again, and a trial must not fail for that
     */
    PlannedTrial at(int step, int otherRung, int otherEpochs, String title, List<Phase> phases) {
        long limit = trial.timeLimitSeconds() * (step + 1);
        Trial there = new Trial(trial.id(), title, trial.recipe(), phases, trial.seed(), limit, trial.network());
        return new PlannedTrial(there, round, population, spaceId, recipeId, features, otherRung, otherEpochs);
    }

    /**
     * Refuses to go on with results of another recipe.
     *
     * @throws StudyException if an earlier run tried another one under this id
     */
    void requireRecipe(String earlier) {
        if (!earlier.equals(recipeId.value())) {
            throw new StudyException("trial " + trial.id() + " of an earlier run has recipe " + earlier
                    + ", this run would give it " + recipeId
                    + "; the results come from another version: use another study name or --output");
        }
    }
}
