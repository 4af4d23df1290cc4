package espalier.refine;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Bins of equal width over a range of complexity (MACs, parameters, activations), which make populations of different
 * complexity comparable. The bins are half-open; the last one holds its upper end too.
 *
 * @param low least complexity of the range
 * @param high greatest complexity of the range
 * @param count number of bins, at least 1
 */
public record ComplexityBins(double low, double high, int count) {
    /**
     * Checks the range and the number of bins.
     *
     * @throws IllegalArgumentException if the range is not finite or is reversed, or there is no bin
     */
    public ComplexityBins {
        Checks.finite("range", new double[] {low, high});
        if (low > high) {
            throw new IllegalArgumentException("low is " + low + ", must be at most high " + high
                    + ": the complexities share no range, compare populations of one regime");
        }
        Checks.atLeast("count", count, 1);
    }

    /**
     * Bins over the range that all populations cover: from the greatest of their minima to the least of their maxima.
     *
     * @param count number of bins
     * @param complexities one array for each population
     * @throws IllegalArgumentException if the populations share no range, or one is empty
     */
    public static ComplexityBins common(int count, double[]... complexities) {
        Checks.atLeast("number of populations", complexities.length, 1);
        double low = Double.NEGATIVE_INFINITY;
        double high = Double.POSITIVE_INFINITY;
        for (double[] population : complexities) {
            double[] sorted = Checks.finite("complexities", population);
            Arrays.sort(sorted);
            low = Math.max(low, sorted[0]);
            high = Math.min(high, sorted[sorted.length - 1]);
        }
        return new ComplexityBins(low, high, count);
    }

    /** The bin of {@code complexity}, from 0; empty outside the range. */
    public OptionalInt binOf(double complexity) {
        if (!(complexity >= low && complexity <= high)) {
            return OptionalInt.empty();
        }
        if (low == high) {
            return OptionalInt.of(0);
        }
        int bin = (int) (count * ((complexity - low) / (high - low)));
        return OptionalInt.of(Math.min(bin, count - 1));
    }
}
