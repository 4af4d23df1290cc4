package espalier.space;

import espalier.recipe.ChannelRecipe;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Draws distinct recipes of a space, from one or more samplers in turn.
 *
 * <p>The recipe of an index depends on the seed and the index alone: a longer draw begins with a shorter one.
 */
public final class SpaceSampler {
    private static final int PATIENCE = 10_000;

    private final ChannelSpace space;
    private final List<RecipeSampler> samplers;
    private final int patience;

    public SpaceSampler(ChannelSpace space, List<RecipeSampler> samplers) {
        this(space, samplers, PATIENCE);
    }

    /** @param patience attempts in a row without a new recipe after which a sampler counts as exhausted */
    public SpaceSampler(ChannelSpace space, List<RecipeSampler> samplers, int patience) {
        if (samplers.isEmpty()) {
            throw new IllegalArgumentException("a space sampler has no samplers; give at least one");
        }
        if (patience < 1) {
            throw new IllegalArgumentException("patience is " + patience + " attempts; at least 1 is needed");
        }
        this.space = space;
        this.samplers = List.copyOf(samplers);
        this.patience = patience;
    }

    /**
     * Draws recipes that differ from each other in their widths.
     *
     * @throws SpaceException if the samplers find fewer
     */
    public RecipeSample draw(int count, long seed) {
        return draw(count, seed, Set.of());
    }

    /**
     * Draws recipes that differ from each other and from those of earlier rounds.
     *
     * @param known recipes that are not wanted again
     * @throws SpaceException if the samplers find fewer
     */
    public RecipeSample draw(int count, long seed, Set<ChannelRecipe> known) {
        Draws.requireCount(count);
        Drawing drawing = new Drawing(seed, known);
        while (drawing.recipes.size() < count) {
            if (drawing.open.isEmpty()) {
                throw new SpaceException("the space holds no more than " + drawing.recipes.size()
                        + " distinct recipes as far as " + patience + " attempts in a row can tell, but " + count
                        + " are wanted; widen the FLOPs tolerance of "
                        + Numbers.text(space.constraints().regime().tolerance())
                        + " or the bands, or ask for fewer");
            }
            drawing.next();
        }
        return new RecipeSample(List.copyOf(drawing.recipes), drawing.attempted, drawing.duplicates);
    }

    /** One run: the samplers that still find something take turns. */
    private final class Drawing {
        private final long seed;
        private final Set<ChannelRecipe> known;
        private final Set<ChannelRecipe> recipes = new LinkedHashSet<>();
        private final List<RecipeSampler> open = new ArrayList<>(samplers);
        private long attempted;
        private long duplicates;

        Drawing(long seed, Set<ChannelRecipe> known) {
            this.seed = seed;
            this.known = known;
        }

        /** Draws the recipe of the next index, or closes the sampler whose turn it is. */
        void next() {
            int index = recipes.size();
            RecipeSampler sampler = open.get(index % open.size());
            long seedOfIndex = Draws.seed(seed, index);
            for (int attempt = 0; attempt < patience; attempt++) {
                attempted++;
                Optional<ChannelRecipe> drawn = sampler.sample(Draws.seed(seedOfIndex, attempt));
                if (drawn.isPresent()) {
                    if (!known.contains(drawn.get()) && recipes.add(drawn.get())) {
                        return;
                    }
                    duplicates++;
                }
            }
            open.remove(sampler);
        }
    }
}
