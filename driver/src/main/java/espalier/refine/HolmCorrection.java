package espalier.refine;

import java.util.stream.IntStream;

/**
 * Holm's step-down correction for several comparisons (1979): the chance of even one false finding in the family stays below
 * the significance, whatever the dependence between the comparisons.
 */
public final class HolmCorrection {
    private HolmCorrection() {}

    /**
     * Adjusted p-values in the order given: the i-th smallest of k, from 1, is multiplied by k - i + 1, made no smaller
     * than the ones before it and cut at 1. A comparison is significant if its adjusted p-value is below the significance.
     *
     * @param pValues one for each comparison of the family, each from 0 to 1; none gives none
     * @throws IllegalArgumentException if a p-value lies outside
     */
    public static double[] adjust(double... pValues) {
        for (double pValue : pValues) {
            if (!(pValue >= 0 && pValue <= 1)) {
                throw new IllegalArgumentException(
                        "pValue is " + pValue + ", must be from 0 to 1: give the unadjusted p-value of a test");
            }
        }
        int[] order = IntStream.range(0, pValues.length)
                .boxed()
                .sorted((i, j) -> Double.compare(pValues[i], pValues[j]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[pValues.length];
        double largest = 0;
        for (int i = 0; i < order.length; i++) {
            largest = Math.max(largest, Math.min(1, (order.length - i) * pValues[order[i]]));
            adjusted[order[i]] = largest;
        }
        return adjusted;
    }
}
