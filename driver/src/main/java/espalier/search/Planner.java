package espalier.search;

import espalier.recipe.Recipe;
import espalier.space.PruningSpace;
import java.util.List;

/** Draws recipes. What it draws follows from its arguments alone; a recipe of an earlier draw is not drawn again. */
public interface Planner {

    /**
     * Draws distinct recipes of a space.
     *
     * @param parents good recipes, for those who change them
     * @throws espalier.space.SpaceException if the space holds fewer
     */
    List<Recipe> draw(PruningSpace space, int count, long seed, List<Recipe> parents);

    /** What there was to say about the draws since the last time. */
    List<String> takeRemarks();
}
