package espalier.refine;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The expected least drop of some trials drawn without replacement: the sum over the ascending drops of
 * e_i C(n - i, m - 1) / C(n, m).
 */
final class ExpectedMinimum {
    private final double[] sorted;
    /** Entry i is the chance that the least of the drawn trials has a rank, from 0, below i. */
    private final double[] chanceBelow;

    ExpectedMinimum(double[] drops, int draws) {
        sorted = drops.clone();
        Arrays.sort(sorted);
        chanceBelow = chanceBelow(sorted.length, draws);
    }

    private static double[] chanceBelow(int size, int draws) {
        Checks.atLeast("draws", draws, 1);
        Checks.atMost("draws", draws, size);
        double[] chances = new double[size + 1];
        double missed = 1;
        for (int rank = 0; rank < size; rank++) {
            missed *= Math.max(0, size - draws - rank) / (double) (size - rank);
            chances[rank + 1] = 1 - missed;
        }
        return chances;
    }

    double ofPopulation() {
        double sum = 0;
        for (int i = 0; i < sorted.length; i++) {
            sum += sorted[i] * (chanceBelow[i + 1] - chanceBelow[i]);
        }
        return sum;
    }

    /** The same for a resample of the population, drawn with replacement; O(n). */
    double ofResample(SplittableRandom random) {
        int[] counts = new int[sorted.length];
        for (int i = 0; i < counts.length; i++) {
            counts[random.nextInt(counts.length)]++;
        }
        double sum = 0;
        int rank = 0;
        for (int i = 0; i < counts.length; i++) {
            int next = rank + counts[i];
            sum += sorted[i] * (chanceBelow[next] - chanceBelow[rank]);
            rank = next;
        }
        return sum;
    }
}
