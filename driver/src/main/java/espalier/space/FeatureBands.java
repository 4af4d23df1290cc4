package espalier.space;

/**
 * A box in the features that refinement works with.
 *
 * @param parametersKept share of the original's parameters that is left
 * @param mcb mean computation budget; the original's is 1
 * @param spread standard deviation of a recipe's keep-ratios
 */
public record FeatureBands(Band parametersKept, Band mcb, Band spread) {
    /** Every recipe. */
    public static final FeatureBands ANY = new FeatureBands(Band.UNBOUNDED, Band.UNBOUNDED, Band.UNBOUNDED);

    public FeatureBands {
        if (parametersKept.high() <= 0 || mcb.high() <= 0 || spread.high() < 0) {
            throw new IllegalArgumentException("bands are parameters kept " + parametersKept + ", mCB " + mcb
                    + ", spread " + spread + "; the first two must reach above 0, the last to 0");
        }
    }

    public FeatureBands withParametersKept(Band band) {
        return new FeatureBands(band, mcb, spread);
    }

    public FeatureBands withMcb(Band band) {
        return new FeatureBands(parametersKept, band, spread);
    }

    public FeatureBands withSpread(Band band) {
        return new FeatureBands(parametersKept, mcb, band);
    }

    /** Whether all three features lie in their bands. */
    public boolean contains(double parametersKept, double mcb, double spread) {
        return this.parametersKept.contains(parametersKept) && this.mcb.contains(mcb) && this.spread.contains(spread);
    }

    /** Whether every recipe of the other box is in this one. */
    public boolean covers(FeatureBands other) {
        return parametersKept.covers(other.parametersKept) && mcb.covers(other.mcb) && spread.covers(other.spread);
    }

    /** Sum of the distances to the three bands; 0 inside. */
    double distance(double parametersKept, double mcb, double spread) {
        return this.parametersKept.distance(parametersKept) + this.mcb.distance(mcb) + this.spread.distance(spread);
    }

    /** Smallest change of one feature that leaves the box; 0 outside. */
    double depth(double parametersKept, double mcb, double spread) {
        return Math.min(
                depth(this.parametersKept, parametersKept), Math.min(depth(this.mcb, mcb), depth(this.spread, spread)));
    }

    private static double depth(Band band, double value) {
        return Math.max(0, Math.min(value - band.low(), band.high() - value));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        append(text, "parameters kept ", parametersKept);
        append(text, "mCB ", mcb);
        append(text, "spread ", spread);
        return text.isEmpty() ? "any recipe" : text.toString();
    }

    private static void append(StringBuilder text, String name, Band band) {
        if (band.isBounded()) {
            text.append(text.isEmpty() ? "" : ", ").append(name).append(band);
        }
    }
}
