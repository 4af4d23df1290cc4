package espalier.space;

/**
 * How many of a sampler's draws a space accepts.
 *
 * @param accepted draws inside
 * @param attempted all draws
 */
public record Acceptance(long accepted, long attempted) {
    /** Standard normal quantile of a two-sided 95 % interval. */
    private static final double QUANTILE = 1.959964;

    public Acceptance {
        if (attempted < 1 || accepted < 0 || accepted > attempted) {
            throw new IllegalArgumentException("acceptance is " + accepted + " of " + attempted
                    + " draws; at least one draw must be made and no more accepted than made");
        }
    }

    /** Share of the draws that were accepted. */
    public double rate() {
        return (double) accepted / attempted;
    }

    /** Wilson's 95 % interval of the share; it stays inside 0 to 1 and is right for rare acceptance too. */
    public Band interval() {
        double correction = QUANTILE * QUANTILE / attempted;
        double centre = (rate() + correction / 2) / (1 + correction);
        double half =
                QUANTILE / (1 + correction) * Math.sqrt(rate() * (1 - rate()) / attempted + correction / attempted / 4);
        return new Band(Math.max(0, centre - half), Math.min(1, centre + half));
    }

    @Override
    public String toString() {
        return Numbers.text(100 * rate()) + " % (" + accepted + " of " + attempted + "; 95 % interval "
                + Numbers.text(100 * interval().low()) + " to "
                + Numbers.text(100 * interval().high()) + " %)";
    }
}
