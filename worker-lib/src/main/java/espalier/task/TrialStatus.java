package espalier.task;

/** How a trial ended. */
public enum TrialStatus {
    COMPLETED,
    /** It threw, diverged, ran out of memory or out of time; the reason says which. */
    FAILED,
    /** Its recipe does not yield a network of this space. */
    INFEASIBLE
}
