package espalier.space;

/**
 * A level of FLOPs reduction; populations are compared inside one regime only.
 *
 * @param kept target share of the original's multiply-adds that is left
 * @param tolerance largest accepted distance from the target, as a share of the original's multiply-adds
 */
public record FlopsRegime(double kept, double tolerance) {
    /** Keeps a share that lies on the band's edge inside, whatever way the sum of target and tolerance was rounded. */
    private static final double ROUNDING = 1e-12;

    public FlopsRegime {
        boolean keptIsShare = 0 < kept && kept <= 1;
        if (!keptIsShare) {
            throw new IllegalArgumentException("FLOPs kept is " + kept + "; it must be above 0 and at most 1");
        }
        boolean toleranceIsShare = 0 < tolerance && tolerance < 1;
        if (!toleranceIsShare) {
            throw new IllegalArgumentException("FLOPs tolerance is " + tolerance + "; it must be above 0 and below 1");
        }
    }

    /** The accepted shares. */
    public Band band() {
        return new Band(kept - tolerance - ROUNDING, kept + tolerance + ROUNDING);
    }

    @Override
    public String toString() {
        return Numbers.text(kept) + " ± " + Numbers.text(tolerance);
    }
}
