package espalier.refine;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/**
 * Two-sample tests whose p-value is the share of random relabellings of the pooled drops with a statistic at least as
 * extreme. Valid for populations of any size and with any ties, which accuracies on a finite validation set always have.
 * The statistics are whole numbers inside, so equal ones compare as equal. The same seed gives the same p-value.
 *
 * @param permutations number of relabellings, at least 100; the least p-value is 1 / (permutations + 1)
 * @param seed of the relabellings
 */
public record PermutationTest(int permutations, long seed) {
    /** A p-value of 0.05 is then known within 0.005. */
    public static final int DEFAULT_PERMUTATIONS = 10_000;

    /**
     * Checks the number of permutations.
     *
     * @throws IllegalArgumentException if there are too few
     */
    public PermutationTest {
        Checks.atLeast("permutations", permutations, 100);
    }

    /** 10,000 permutations. */
    public static PermutationTest withDefaults(long seed) {
        return new PermutationTest(DEFAULT_PERMUTATIONS, seed);
    }

    /**
     * The two-sample test of Kolmogorov and Smirnov, two-sided: the statistic is D, the largest distance between the two
     * empirical distribution functions.
     *
     * @param candidate drops
     * @param baseline drops
     * @throws IllegalArgumentException if a population is empty or a drop is not finite
     */
    public Result kolmogorovSmirnov(double[] candidate, double[] baseline) {
        PooledRanks ranks = PooledRanks.of(candidate, baseline);
        double scale = (double) candidate.length * baseline.length;
        return new Result(ranks.scaledDistance(ranks.labels()) / scale, pValue(ranks, ranks::scaledDistance));
    }

    /**
     * The test of Mann and Whitney, one-sided: small p-values say that the candidate's drops tend to be smaller. The
     * statistic is U over the number of pairs: the share of pairs (candidate, baseline) in which the candidate has the
     * smaller drop, a tie counting half.
     *
     * @param candidate drops
     * @param baseline drops
     * @throws IllegalArgumentException if a population is empty or a drop is not finite
     */
    public Result mannWhitney(double[] candidate, double[] baseline) {
        PooledRanks ranks = PooledRanks.of(candidate, baseline);
        long doubledLeastSum = (long) candidate.length * (candidate.length + 1);
        long doubledPairs = 2L * candidate.length * baseline.length;
        long doubledLost = ranks.doubledRankSum(ranks.labels()) - doubledLeastSum;
        double superiority = (doubledPairs - doubledLost) / (double) doubledPairs;
        return new Result(superiority, pValue(ranks, labels -> -ranks.doubledRankSum(labels)));
    }

    private double pValue(PooledRanks ranks, ToLongFunction<boolean[]> statistic) {
        boolean[] labels = ranks.labels();
        long observed = statistic.applyAsLong(labels);
        SplittableRandom random = new SplittableRandom(seed);
        int asExtreme = 0;
        for (int i = 0; i < permutations; i++) {
            shuffle(labels, random);
            if (statistic.applyAsLong(labels) >= observed) {
                asExtreme++;
            }
        }
        return (1.0 + asExtreme) / (1.0 + permutations);
    }

    private static void shuffle(boolean[] labels, SplittableRandom random) {
        for (int i = labels.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            boolean swapped = labels[i];
            labels[i] = labels[j];
            labels[j] = swapped;
        }
    }

    /**
     * The outcome of a test.
     *
     * @param statistic as the test defines it
     * @param pValue above 0, at most 1
     */
    public record Result(double statistic, double pValue) {}

    /** Two populations pooled in ascending order; the labels say which positions are the candidate's. */
    private static final class PooledRanks {
        private final boolean[] labels;
        /** Twice the rank of each position, ties sharing their middle rank. */
        private final long[] doubledRanks;

        private final int candidates;

        private PooledRanks(boolean[] labels, long[] doubledRanks, int candidates) {
            this.labels = labels;
            this.doubledRanks = doubledRanks;
            this.candidates = candidates;
        }

        static PooledRanks of(double[] candidate, double[] baseline) {
            double[] first = Checks.finite("candidate", candidate);
            double[] second = Checks.finite("baseline", baseline);
            Arrays.sort(first);
            Arrays.sort(second);
            double[] pooled = new double[first.length + second.length];
            boolean[] labels = new boolean[pooled.length];
            for (int i = 0, j = 0, k = 0; k < pooled.length; k++) {
                labels[k] = j == second.length || (i < first.length && first[i] <= second[j]);
                pooled[k] = labels[k] ? first[i++] : second[j++];
            }
            return new PooledRanks(labels, doubledRanks(pooled), first.length);
        }

        private static long[] doubledRanks(double[] sorted) {
            long[] ranks = new long[sorted.length];
            int first = 0;
            for (int i = 0; i < sorted.length; i++) {
                if (i + 1 == sorted.length || sorted[i + 1] > sorted[i]) {
                    Arrays.fill(ranks, first, i + 1, first + i + 2L);
                    first = i + 1;
                }
            }
            return ranks;
        }

        boolean[] labels() {
            return labels.clone();
        }

        /** Twice the sum of the candidate's ranks. */
        long doubledRankSum(boolean[] labels) {
            long sum = 0;
            for (int i = 0; i < labels.length; i++) {
                if (labels[i]) {
                    sum += doubledRanks[i];
                }
            }
            return sum;
        }

        /** D times both sizes, compared only where a group of ties ends. */
        long scaledDistance(boolean[] labels) {
            int baselines = labels.length - candidates;
            long difference = 0;
            long largest = 0;
            for (int i = 0; i < labels.length; i++) {
                difference += labels[i] ? baselines : -candidates;
                boolean groupEnds = i + 1 == labels.length || doubledRanks[i + 1] != doubledRanks[i];
                if (groupEnds) {
                    largest = Math.max(largest, Math.abs(difference));
                }
            }
            return largest;
        }
    }
}
