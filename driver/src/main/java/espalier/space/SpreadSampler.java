package espalier.space;

import espalier.recipe.ChannelRecipe;
import espalier.space.LocalSearch.Objective;
import java.util.Optional;

/**
 * Pruned shares with a given standard deviation around a common mean that meets the FLOPs target: the population of an
 * STD space. mCB is left to chance.
 *
 * <p>Shares are clipped to the width limits, so the spread that a recipe really has can be smaller than the one asked
 * for; the space's {@link ChannelSpace#features features} tell it. Spread 0 is uniform pruning, and one recipe only.
 */
public final class SpreadSampler implements RecipeSampler {
    private final ChannelSpace space;
    private final double spread;

    /** @param spread standard deviation of the pruned shares before they are clipped */
    public SpreadSampler(ChannelSpace space, double spread) {
        this.space = space;
        this.spread = Draws.requireSpread(spread);
    }

    @Override
    public Optional<ChannelRecipe> sample(long seed) {
        double[] offsets = Directions.normal(space.lattice().groups(), seed);
        Directions.standardise(offsets);
        Directions.scale(offsets, spread);
        Projection projection = new Projection(space);
        projection.toBudget(offsets);
        Objective repair = (cost, realised) -> {
            double outside = space.budgetMisfit(cost);
            return (outside > 0 ? 1 + outside : 0) + Math.abs(realised - spread);
        };
        new LocalSearch(space, repair).descend(projection.widths(), 1);
        return Draws.inside(space, projection.widths());
    }
}
