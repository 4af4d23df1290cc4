package espalier.refine;

import java.util.Arrays;

/** The values that a statistic took on the resamples of a bootstrap, in ascending order. */
final class Replicates {
    private final double[] sorted;

    Replicates(double[] values) {
        sorted = Checks.finite("replicates", values);
        Arrays.sort(sorted);
    }

    /** The quantile with linear interpolation between order statistics (Hyndman and Fan, type 7). */
    double quantile(double probability) {
        double position = probability * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /** The percentile interval with the same probability in both tails. */
    Interval interval(double estimate, double confidence) {
        return interval(estimate, confidence, (1 - confidence) / 2);
    }

    /** The interval that leaves the share {@code tail} of the replicates outside at each end. */
    Interval interval(double estimate, double confidence, double tail) {
        return new Interval(quantile(tail), estimate, quantile(1 - tail), confidence);
    }

    /** The smaller of the shares of replicates at or below 0 and at or above 0; never 0, for the replicates are finite. */
    double tailOfZero() {
        long atOrBelow = Arrays.stream(sorted).filter(value -> value <= 0).count();
        long atOrAbove = Arrays.stream(sorted).filter(value -> value >= 0).count();
        return (1.0 + Math.min(atOrBelow, atOrAbove)) / (1 + sorted.length);
    }
}
