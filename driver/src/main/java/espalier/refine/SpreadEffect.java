package espalier.refine;

/** Whether the trials show that the spread of the ratios matters, at equal mCB. */
public sealed interface SpreadEffect {
    /**
     * An effect is shown.
     *
     * @param slope change of the drop at the mean spread, percentage points for one unit of spread; above 0, less spread is
     *     better
     */
    record Shown(Interval slope) implements SpreadEffect {}

    /**
     * No effect is shown.
     *
     * @param obstacle the kind of reason
     * @param reason the reason in words and numbers
     */
    record NotShown(Obstacle obstacle, String reason) implements SpreadEffect {}
}
