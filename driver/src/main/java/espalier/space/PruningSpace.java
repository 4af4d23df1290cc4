package espalier.space;

import espalier.recipe.Recipe;
import java.util.Map;

/**
 * The recipes of one method of pruning that a search may try. Immutable and safe for many threads; a space checks itself when it is made: one
 * that holds no recipe is a {@link SpaceException}.
 */
public interface PruningSpace {

    /** Whether a recipe belongs to the space: the only judge. */
    boolean contains(Recipe recipe);

    /** What is known of a recipe before it is tried, inside the space or not. */
    RecipeFeatures features(Recipe recipe);

    /** The quantities that rounds narrow, each with the band that it lies in. */
    Map<String, Band> bands();

    /**
     * This space with other bands.
     *
     * @param bands by the names of {@link #bands}; those that are not named stay
     * @throws SpaceException if it holds no recipe
     */
    PruningSpace within(Map<String, Band> bands);

    /**
     * The recipes of this space that are not in a narrower one.
     *
     * @param narrower this space with other bands
     * @throws SpaceException if none are left
     */
    PruningSpace without(PruningSpace narrower);

    /** What delimits the space apart from its bands, by name: numbers, and bands. */
    Map<String, Object> constants();

    /** The space in one line. */
    String description();
}
