package espalier.refine;

/** Whether the trials show an optimal mCB. */
public sealed interface Optimum {
    /**
     * An optimum is shown.
     *
     * @param budget the optimal mCB, inside the sampled range
     * @param curvature coefficient of (log mCB) squared, percentage points, above 0
     */
    record Shown(Interval budget, Interval curvature) implements Optimum {}

    /**
     * No optimum is shown: do not refine on mCB.
     *
     * @param obstacle the kind of reason
     * @param reason the reason in words and numbers
     */
    record NotShown(Obstacle obstacle, String reason) implements Optimum {}
}
