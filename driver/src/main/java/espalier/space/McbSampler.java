package espalier.space;

import espalier.cost.Complexity;
import espalier.recipe.ChannelRecipe;
import espalier.space.LocalSearch.Objective;
import java.util.Optional;

/**
 * Recipes of a given mean computation budget: a random direction that leaves the balance of large and small areas
 * alone, plus the tilt between them that meets the mCB, around the mean that meets the FLOPs target.
 */
public final class McbSampler implements RecipeSampler {
    private final ChannelSpace space;
    private final double spread;
    private final double mcb;
    private final double tolerance;
    private final double[] direction;

    /**
     * A sampler for one mCB.
     *
     * @param spread standard deviation of the random part of the pruned shares; the tilt adds to a recipe's spread
     * @param mcb mean computation budget to meet
     * @param tolerance largest accepted distance from it
     */
    public McbSampler(ChannelSpace space, double spread, double mcb, double tolerance) {
        this.space = space;
        this.spread = Draws.requireSpread(spread);
        this.mcb = Draws.requirePositive("mCB", mcb);
        this.tolerance = Draws.requirePositive("mCB tolerance", tolerance);
        this.direction = Directions.logArea(space.network().prunableGroups());
    }

    @Override
    public Optional<ChannelRecipe> sample(long seed) {
        double[] offsets = Directions.normal(space.lattice().groups(), seed);
        Directions.projectOff(offsets, direction);
        Directions.scale(offsets, spread);
        Projection projection = new Projection(space);
        if (!projection.toMcb(offsets, direction, mcb, tolerance)) {
            return Optional.empty();
        }
        Complexity original = space.counter().original();
        Objective repair = (cost, realised) -> {
            double miss = Math.abs(cost.meanComputationBudget(original) - mcb);
            return space.budgetMisfit(cost) + Math.max(0, miss / tolerance - 1);
        };
        double left = new LocalSearch(space, repair).descend(projection.widths(), 0);
        return left > 0 ? Optional.empty() : Draws.inside(space, projection.widths());
    }
}
