package espalier.task;

import espalier.recipe.Recipe;
import java.util.List;

/**
 * One evaluation of one recipe with one seed. Small: weights and data travel apart.
 *
 * @param id unique in its study
 * @param title what it is, for those who watch a cluster
 * @param recipe what to remove
 * @param phases what to do, in order; the first one gives the weights
 * @param seed of everything random in it
 * @param timeLimitSeconds after which it fails
 * @param network for {@link Phase.GivenWeights} a Deeplearning4j zip, else empty
 */
@SuppressWarnings("ArrayRecordComponent") // crosses the wire as it is; never compared
public record Trial(
        String id, String title, Recipe recipe, List<Phase> phases, long seed, long timeLimitSeconds, byte[] network) {
    public Trial {
        phases = List.copyOf(phases);
        if (phases.isEmpty()) {
            throw new IllegalArgumentException("trial " + id + " has no phases; give at least one");
        }
        if (timeLimitSeconds < 1) {
            throw new IllegalArgumentException(
                    "trial " + id + " has a time limit of " + timeLimitSeconds + " s; at least 1 s");
        }
    }
}
