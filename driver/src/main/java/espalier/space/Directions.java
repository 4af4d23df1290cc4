package espalier.space;

import espalier.network.ChannelGroup;
import java.util.List;
import java.util.SplittableRandom;

/** Vectors over the groups of a network along which recipes are spread; in place where they can be. */
final class Directions {
    private static final double NEGLIGIBLE = 1e-12;

    private Directions() {}

    /**
     * Standardised logarithm of the groups' output areas: mean 0, standard deviation 1. All zeros where the areas are
     * equal, for then no tilt changes how computation is split.
     */
    static double[] logArea(List<ChannelGroup> groups) {
        double[] direction = groups.stream()
                .mapToDouble(ChannelGroup::area)
                .map(StrictMath::log)
                .toArray();
        standardise(direction);
        return direction;
    }

    /** Independent standard normal values. */
    static double[] normal(int groups, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[groups];
        for (int group = 0; group < groups; group++) {
            values[group] = random.nextGaussian();
        }
        return values;
    }

    /**
     * Brings to mean 0 and standard deviation 1; to zeros if all values are equal.
     *
     * @return the standard deviation that the values had
     */
    static double standardise(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (int group = 0; group < values.length; group++) {
            values[group] -= mean;
            squares += values[group] * values[group];
        }
        double deviation = Math.sqrt(squares / values.length);
        scale(values, deviation < NEGLIGIBLE ? 0 : 1 / deviation);
        return deviation;
    }

    /** Takes out the part along a standardised direction, and standardises what is left. */
    static void projectOff(double[] values, double[] direction) {
        double along = 0;
        double length = 0;
        for (int group = 0; group < values.length; group++) {
            along += values[group] * direction[group];
            length += direction[group] * direction[group];
        }
        if (length > NEGLIGIBLE) {
            for (int group = 0; group < values.length; group++) {
                values[group] -= along / length * direction[group];
            }
        }
        standardise(values);
    }

    static void scale(double[] values, double factor) {
        for (int group = 0; group < values.length; group++) {
            values[group] *= factor;
        }
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
