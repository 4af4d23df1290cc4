package espalier.space;

import espalier.recipe.ChannelRecipe;
import java.util.Arrays;
import java.util.Optional;

/**
 * Children of a good recipe: each group's pruned share moves by a normal step, and the whole is brought back to the
 * FLOPs target and, where the space asks for it, into its spread and mCB bands.
 */
public final class ParentMutation implements RecipeSampler {
    private static final double MCB_TOLERANCE = 0.005;

    private final ChannelSpace space;
    private final double strength;
    private final double[] pruned;
    private final double[] direction;

    /**
     * A sampler around one recipe.
     *
     * @param parent need not be in the space; its children are
     * @param strength standard deviation of a pruned share's step
     */
    public ParentMutation(ChannelSpace space, ChannelRecipe parent, double strength) {
        this.space = space;
        this.strength = Draws.requirePositive("mutation strength", strength);
        this.pruned = space.features(parent).ratios().stream()
                .mapToDouble(ratio -> 1 - ratio)
                .toArray();
        this.direction = Directions.logArea(space.network().prunableGroups());
    }

    @Override
    public Optional<ChannelRecipe> sample(long seed) {
        FeatureBands bands = space.constraints().bands();
        double[] offsets = Directions.normal(pruned.length, seed);
        for (int group = 0; group < offsets.length; group++) {
            offsets[group] = pruned[group] + strength * offsets[group];
        }
        keepSpread(offsets, bands.spread());
        Projection projection = new Projection(space);
        double mcb = projection.mcbAt(offsets, direction, 0);
        if (!bands.mcb().contains(mcb)) {
            projection.toMcb(offsets, direction, bands.mcb().clamp(mcb), MCB_TOLERANCE);
        }
        new LocalSearch(space, space::misfit).descend(projection.widths(), 0);
        return Draws.inside(space, projection.widths());
    }

    /** Scales the offsets about their mean so that their standard deviation lies in the band. */
    private static void keepSpread(double[] offsets, Band band) {
        double[] unit = offsets.clone();
        double spread = Directions.standardise(unit);
        if (band.contains(spread)) {
            return;
        }
        double mean = Arrays.stream(offsets).average().orElseThrow();
        for (int group = 0; group < offsets.length; group++) {
            offsets[group] = mean + band.clamp(spread) * unit[group];
        }
    }
}
