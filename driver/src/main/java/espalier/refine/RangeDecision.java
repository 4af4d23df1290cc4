package espalier.refine;

import java.util.Optional;

/**
 * What becomes of the range of one property of recipes after a round.
 *
 * @param quantity the property, such as {@code mcb}
 * @param from range before
 * @param to range after; equal to {@code from} where it was kept
 * @param outcome what was decided
 * @param statistic what was measured
 * @param interval of the statistic; empty where it could not be measured
 * @param reason why, in words and numbers
 */
public record RangeDecision(
        String quantity,
        Range from,
        Range to,
        Outcome outcome,
        String statistic,
        Optional<Interval> interval,
        String reason) {

    /** What was decided. */
    public enum Outcome {
        /** An interval excludes "no effect": the range is narrowed to where the best trials are. */
        NARROWED,
        /** Nothing was shown, but the study asks to narrow all the same. */
        NARROWED_REGARDLESS,
        /** Nothing was shown, or what was shown leaves nothing to narrow. */
        KEPT
    }

    /**
     * A closed range; infinite ends are open.
     *
     * @param low least value
     * @param high greatest value
     */
    public record Range(double low, double high) {
        public static final Range OPEN = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

        public Range {
            if (!(low <= high)) {
                throw new IllegalArgumentException("range is [" + low + ", " + high + "]; low must be at most high");
            }
        }

        public boolean contains(double value) {
            return low <= value && value <= high;
        }

        public double width() {
            return high - low;
        }
    }

    public boolean narrowed() {
        return outcome != Outcome.KEPT;
    }
}
