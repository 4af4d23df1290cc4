package espalier.space;

import espalier.recipe.ChannelRecipe;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Pruned shares drawn uniformly and independently, kept if the space contains them: the baseline, and the only sampler
 * whose density is known. Most draws fall outside.
 */
public final class UniformRejection implements RecipeSampler {
    private final ChannelSpace space;
    private final double maxPruned;

    /** Shares from 0 to the space's limit. */
    public UniformRejection(ChannelSpace space) {
        this(space, space.constraints().limits().maxPruned());
    }

    /**
     * Shares from 0 to a limit of one's own.
     *
     * @param maxPruned at most the space's limit
     */
    public UniformRejection(ChannelSpace space, double maxPruned) {
        double limit = space.constraints().limits().maxPruned();
        boolean inside = 0 <= maxPruned && maxPruned <= limit;
        if (!inside) {
            throw new IllegalArgumentException("uniform sampling up to " + maxPruned
                    + " pruned; it must be from 0 to the space's max pruned of " + limit);
        }
        this.space = space;
        this.maxPruned = maxPruned;
    }

    @Override
    public Optional<ChannelRecipe> sample(long seed) {
        int[] widths = new int[space.lattice().groups()];
        fill(widths, new SplittableRandom(seed));
        return Draws.inside(space, widths);
    }

    /** Estimates the share of draws that the space contains. */
    public Acceptance acceptance(int draws, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] widths = new int[space.lattice().groups()];
        int accepted = 0;
        for (int draw = 0; draw < draws; draw++) {
            fill(widths, random);
            accepted += space.contains(widths) ? 1 : 0;
        }
        return new Acceptance(accepted, draws);
    }

    private void fill(int[] widths, SplittableRandom random) {
        for (int group = 0; group < widths.length; group++) {
            widths[group] = space.lattice().widthAt(group, maxPruned * random.nextDouble());
        }
    }
}
