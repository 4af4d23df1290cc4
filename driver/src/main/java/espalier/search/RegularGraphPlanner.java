package espalier.search;

import espalier.recipe.Recipe;
import espalier.recipe.RegularGraphRecipe;
import espalier.space.PruningSpace;
import espalier.space.RegularGraphSampler;
import espalier.space.RegularGraphSpace;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Draws graphs whose paths are spread evenly over a space's band. */
final class RegularGraphPlanner implements Planner {
    private static final int PATIENCE = 20;

    private final long swaps;
    private final Set<RegularGraphRecipe> known = new LinkedHashSet<>();

    /** @param swaps to draw for a graph */
    RegularGraphPlanner(long swaps) {
        this.swaps = swaps;
    }

    @Override
    public List<Recipe> draw(PruningSpace space, int count, long seed, List<Recipe> parents) {
        RegularGraphSampler sampler = new RegularGraphSampler((RegularGraphSpace) space, swaps, PATIENCE);
        List<RegularGraphRecipe> recipes = sampler.draw(count, seed, known);
        known.addAll(recipes);
        return List.copyOf(recipes);
    }

    @Override
    public List<String> takeRemarks() {
        return List.of();
    }
}
