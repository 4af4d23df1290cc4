package espalier.space;

import espalier.cost.Complexity;
import espalier.recipe.ChannelRecipe;
import espalier.space.LocalSearch.Objective;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Recipes whose spread and mCB are both set: targets drawn evenly from two bands (mCB on a log scale), a random direction
 * tilted to the mCB, and its length adapted until the recipe's whole spread meets the target.
 *
 * <p>Unlike {@link McbSampler}, whose tilt adds to the spread, this one keeps the two apart. A far mCB at a small spread
 * is out of reach: the tilt alone is wider than that.
 */
public final class BandSampler implements RecipeSampler {
    private static final int SCALINGS = 5;

    private final ChannelSpace space;
    private final Band spread;
    private final Band mcb;
    private final double[] direction;

    /**
     * A sampler over two bands.
     *
     * @param spread of a recipe's ratios, as realised; a band inside 0 to 1
     * @param mcb as realised; finite and above 0
     */
    public BandSampler(ChannelSpace space, Band spread, Band mcb) {
        this.space = space;
        this.spread = Draws.requireSpread(spread);
        this.mcb = Draws.requireMcb(mcb);
        this.direction = Directions.logArea(space.network().prunableGroups());
    }

    @Override
    public Optional<ChannelRecipe> sample(long seed) {
        return sample(Draws.seed(seed, 0), Draws.seed(seed, 1));
    }

    /** One draw with a seed for the direction and one for the targets, so that draws for other bands can share the former. */
    Optional<ChannelRecipe> sample(long directionSeed, long targetSeed) {
        SplittableRandom random = new SplittableRandom(targetSeed);
        double targetSpread = spread.low() + spread.width() * random.nextDouble();
        double targetMcb = mcb.low() * StrictMath.pow(mcb.high() / mcb.low(), random.nextDouble());
        Projection projection = new Projection(space);
        if (!project(projection, directionSeed, targetSpread, targetMcb)) {
            return Optional.empty();
        }
        new LocalSearch(space, repair(targetSpread, targetMcb)).descend(projection.widths(), 1);
        RecipeFeatures features = space.features(projection.widths());
        return spread.contains(features.spread()) && mcb.contains(features.mcb())
                ? Draws.inside(space, projection.widths())
                : Optional.empty();
    }

    /**
     * The variance of a recipe's ratios is about that of the tilt alone plus the square of the random part's length, so
     * the length follows from the variance that is left over.
     */
    private boolean project(Projection projection, long seed, double targetSpread, double targetMcb) {
        int groups = space.lattice().groups();
        double tolerance = mcb.width() / 2;
        double[] offsets = new double[groups];
        if (!projection.toMcb(offsets, direction, targetMcb, tolerance)) {
            return false;
        }
        double tiltVariance = variance(projection.widths());
        double wanted = targetSpread * targetSpread - tiltVariance;
        if (wanted <= 0) {
            return false;
        }
        double squaredLength = wanted;
        for (int scaling = 0; scaling < SCALINGS; scaling++) {
            offsets = Directions.normal(groups, seed);
            Directions.projectOff(offsets, direction);
            Directions.scale(offsets, Math.sqrt(squaredLength));
            if (!projection.toMcb(offsets, direction, targetMcb, tolerance)) {
                return false;
            }
            double variance = variance(projection.widths());
            if (spread.contains(Math.sqrt(variance)) || variance <= tiltVariance) {
                break;
            }
            squaredLength *= wanted / (variance - tiltVariance);
        }
        return true;
    }

    private double variance(int[] widths) {
        double deviation = space.lattice().spread(widths);
        return deviation * deviation;
    }

    /** Above 1 outside the regime or the bands; the distance to the targets decides between equals. */
    private Objective repair(double targetSpread, double targetMcb) {
        Complexity original = space.counter().original();
        return (cost, realised) -> {
            double budget = cost.meanComputationBudget(original);
            double outside = space.budgetMisfit(cost)
                    + ChannelSpace.BAND_WEIGHT * (mcb.distance(budget) + spread.distance(realised));
            double off = Math.abs(budget - targetMcb) + Math.abs(realised - targetSpread);
            return (outside > 0 ? 1 + outside : 0) + Math.min(1, off);
        };
    }
}
