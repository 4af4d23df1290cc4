package espalier.space;

import java.util.Optional;

/**
 * A closed interval, {@code low <= x <= high}; an end may be infinite.
 *
 * @param low smallest value inside
 * @param high largest value inside
 */
public record Band(double low, double high) {
    /** Every number. */
    public static final Band UNBOUNDED = new Band(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    public Band {
        boolean ordered = low <= high;
        if (!ordered || low == Double.POSITIVE_INFINITY || high == Double.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "band is [" + low + ", " + high + "]; low must be a number that does not exceed high");
        }
    }

    /** From {@code low} on. */
    public static Band atLeast(double low) {
        return new Band(low, Double.POSITIVE_INFINITY);
    }

    /** Up to {@code high}. */
    public static Band atMost(double high) {
        return new Band(Double.NEGATIVE_INFINITY, high);
    }

    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** What both bands contain, if they meet. */
    public Optional<Band> intersect(Band other) {
        double from = Math.max(low, other.low);
        double to = Math.min(high, other.high);
        return from <= to ? Optional.of(new Band(from, to)) : Optional.empty();
    }

    /** Whether every value of the other band is in this one. */
    public boolean covers(Band other) {
        return low <= other.low && other.high <= high;
    }

    public double width() {
        return high - low;
    }

    /** Whether it excludes any number at all. */
    public boolean isBounded() {
        return !equals(UNBOUNDED);
    }

    /** How far outside a value lies; 0 inside. */
    public double distance(double value) {
        return Math.max(0, Math.max(low - value, value - high));
    }

    /** The value inside that is nearest. */
    public double clamp(double value) {
        return Math.max(low, Math.min(high, value));
    }

    @Override
    public String toString() {
        if (!isBounded()) {
            return "any";
        }
        if (high == Double.POSITIVE_INFINITY) {
            return "at least " + Numbers.text(low);
        }
        if (low == Double.NEGATIVE_INFINITY) {
            return "at most " + Numbers.text(high);
        }
        return Numbers.text(low) + " to " + Numbers.text(high);
    }
}
