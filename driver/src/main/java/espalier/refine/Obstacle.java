package espalier.refine;

/** Why an effect is not shown. */
public enum Obstacle {
    /** There are fewer trials than {@link OptimumTest#MINIMUM_TRIALS}. */
    TOO_FEW_TRIALS,
    /** The property takes too few distinct values, or some of them in too few trials. */
    TOO_FEW_VALUES,
    /** mCB and spread determine each other in these trials. */
    CONFOUNDED,
    /** The interval of the curvature, or of the slope, does not exclude 0 on the side asked for. */
    FLAT,
    /** The interval of the optimum leaves the sampled range. */
    OUTSIDE_RANGE,
    /** The drop does not rise on both sides of the fitted optimum. */
    ONE_SIDED
}
