package espalier.refine;

/**
 * A confidence interval around an estimate.
 *
 * @param low lower end, at most {@code high}
 * @param estimate the estimate; the median of the bootstrap where the statistic has no other
 * @param high upper end
 * @param confidence coverage aimed at, above 0 and below 1
 */
public record Interval(double low, double estimate, double high, double confidence) {
    /**
     * Checks the ends and the confidence.
     *
     * @throws IllegalArgumentException if a number is not finite, the ends are swapped, or the confidence is not a fraction
     */
    public Interval {
        Checks.finite("interval", new double[] {low, estimate, high});
        if (low > high) {
            throw new IllegalArgumentException("low is " + low + ", must be at most high " + high + ": swap the two");
        }
        Checks.insideUnitInterval("confidence", confidence);
    }

    /** Whether {@code value} lies between the ends or on one of them. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** Whether the whole interval lies strictly above {@code value}. */
    public boolean isAbove(double value) {
        return low > value;
    }

    /** Whether the whole interval lies strictly below {@code value}. */
    public boolean isBelow(double value) {
        return high < value;
    }

    /** Whether the whole interval lies strictly between {@code lower} and {@code upper}. */
    public boolean isInside(double lower, double upper) {
        return isAbove(lower) && isBelow(upper);
    }

    /** Length of the interval. */
    public double width() {
        return high - low;
    }
}
