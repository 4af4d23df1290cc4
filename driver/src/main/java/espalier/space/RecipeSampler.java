package espalier.space;

import espalier.recipe.ChannelRecipe;
import java.util.Optional;

/** Draws recipes of one space. Immutable and safe for many threads. */
@FunctionalInterface
public interface RecipeSampler {
    /**
     * One draw, which depends on nothing but its seed.
     *
     * @return a recipe that the space contains, or nothing if this draw fell outside
     */
    Optional<ChannelRecipe> sample(long seed);
}
