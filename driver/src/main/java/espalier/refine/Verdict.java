package espalier.refine;

/** What a comparison of a candidate space with a baseline shows. */
public enum Verdict {
    /** The candidate's mean drop is smaller. */
    BETTER,
    /** The candidate's mean drop is larger. */
    WORSE,
    /** The trials do not tell the two apart; a simpler candidate may still be preferred. */
    NO_DIFFERENCE_SHOWN
}
