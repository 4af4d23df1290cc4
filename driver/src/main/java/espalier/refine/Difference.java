package espalier.refine;

/**
 * A difference between two populations, candidate minus baseline, in percentage points of drop: below 0 the candidate is
 * better.
 *
 * @param interval the difference and its confidence interval
 * @param pValue two-sided p-value of no difference: the significance at which the interval would just touch 0
 */
public record Difference(Interval interval, double pValue) {}
