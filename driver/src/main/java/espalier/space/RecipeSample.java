package espalier.space;

import espalier.recipe.ChannelRecipe;
import java.util.List;

/**
 * Distinct recipes of a space, and what it took to draw them.
 *
 * @param recipes in the order of their index
 * @param attempted draws made
 * @param duplicates draws inside the space that were there already
 */
public record RecipeSample(List<ChannelRecipe> recipes, long attempted, long duplicates) {
    public RecipeSample {
        recipes = List.copyOf(recipes);
    }

    /** Draws that fell inside the space, duplicates too, of all draws. */
    public Acceptance acceptance() {
        return new Acceptance(recipes.size() + duplicates, attempted);
    }
}
