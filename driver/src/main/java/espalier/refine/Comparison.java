package espalier.refine;

/**
 * The verdict on a candidate space, with the evidence.
 *
 * @param verdict what is shown
 * @param adjustedPValue p-value of the mean difference, corrected by Holm over the family of comparisons
 * @param reason the verdict's reason, one sentence
 * @param evidence all that was measured
 */
public record Comparison(Verdict verdict, double adjustedPValue, String reason, Evidence evidence) {}
