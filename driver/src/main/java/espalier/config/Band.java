package espalier.config;

/**
 * A closed interval of numbers, written {@code [low, high]}.
 *
 * @param low the least value inside
 * @param high the greatest value inside; infinite for no upper limit
 */
public record Band(double low, double high) {
    /** Every number from zero on: no constraint. */
    public static final Band ANY = new Band(0, Double.POSITIVE_INFINITY);

    /** @throws IllegalArgumentException unless {@code low <= high} */
    public Band {
        if (!(low <= high)) {
            throw new IllegalArgumentException(
                    "band is [%s, %s], must have low <= high".formatted(Decimal.shortest(low), Decimal.shortest(high)));
        }
    }

    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** Returns whether this is {@link #ANY}, the band that constrains nothing. */
    public boolean isAny() {
        return equals(ANY);
    }

    /** Returns the form that the configuration file has: {@code [low, high]}. */
    @Override
    public String toString() {
        return "[" + Decimal.shortest(low) + ", " + Decimal.shortest(high) + "]";
    }
}
