package espalier.space;

import espalier.recipe.ChannelRecipe;
import java.util.Optional;

/** What the samplers share. */
final class Draws {
    private static final Band POSSIBLE_SPREAD = new Band(0, 1);
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Draws() {}

    /** The recipe of the widths, if the space contains it. */
    static Optional<ChannelRecipe> inside(ChannelSpace space, int[] widths) {
        return space.contains(widths) ? Optional.of(ChannelRecipe.of(widths)) : Optional.empty();
    }

    /** A seed for one of many draws: a bijection of the index for a given seed (the finalizer of SplitMix64). */
    static long seed(long seed, long index) {
        long mixed = mix(seed) + GOLDEN_GAMMA * (index + 1);
        return mix(mixed);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    static double requireSpread(double spread) {
        if (!POSSIBLE_SPREAD.contains(spread)) {
            throw new IllegalArgumentException("spread is " + spread + "; it must lie in " + POSSIBLE_SPREAD);
        }
        return spread;
    }

    static Band requireSpread(Band band) {
        if (!POSSIBLE_SPREAD.covers(band)) {
            throw new IllegalArgumentException("spread band is " + band + "; it must lie in " + POSSIBLE_SPREAD);
        }
        return band;
    }

    static Band requireMcb(Band band) {
        requirePositive("low end of the mCB band", band.low());
        requirePositive("high end of the mCB band", band.high());
        return band;
    }

    static int requireCount(int count) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " recipes are wanted; ask for at least 1");
        }
        return count;
    }

    static double requirePositive(String name, double value) {
        boolean positive = 0 < value && value < Double.POSITIVE_INFINITY;
        if (!positive) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be above 0 and finite");
        }
        return value;
    }
}
