package espalier.search;

import espalier.recipe.ChannelRecipe;
import espalier.recipe.RecipeId;
import espalier.space.RecipeFeatures;
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
 * @param epochs of training that it takes
 */
record PlannedTrial(
        Trial trial,
        int round,
        String population,
        String spaceId,
        RecipeId recipeId,
        RecipeFeatures features,
        int epochs) {

    /** Kept channels of each prunable group; empty for the original. */
    List<Integer> widths() {
        return trial.recipe() instanceof ChannelRecipe recipe ? recipe.widths() : List.of();
    }
}
