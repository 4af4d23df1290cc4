package espalier.refine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tells whether one space yields better subnetworks than another. Everything is reported; the verdict rests on one statistic
 * that is declared beforehand, the difference of the mean drops: a difference is shown if its bootstrap interval excludes 0
 * after Holm's correction over the comparisons of one run. The significance is 1 minus the bootstrap's confidence.
 *
 * @param bootstrap of the intervals
 * @param permutation of the rank tests
 */
public record PopulationTest(Bootstrap bootstrap, PermutationTest permutation) {
    /** Smaller populations are compared, but never called different. */
    public static final int MINIMUM_POPULATION = 5;

    /** 10,000 resamples, 10,000 permutations, 95 % confidence. */
    public static PopulationTest withDefaults(long seed) {
        return new PopulationTest(Bootstrap.withDefaults(seed), PermutationTest.withDefaults(seed));
    }

    /**
     * Compares two populations in a family of this one comparison.
     *
     * @param candidate drops of the candidate, at least 2
     * @param baseline drops of the baseline, at least 2
     * @param draws search budget in trials for the expected minimum, from 1 to the size of the smaller population
     * @throws IllegalArgumentException if a population is smaller, a drop is not finite or the budget is out of range
     */
    public Comparison compare(double[] candidate, double[] baseline, int draws) {
        return decide(List.of(measure(candidate, baseline, draws))).get(0);
    }

    /**
     * Measures two populations without a verdict. Collect the evidence of all comparisons of one run, then
     * {@link #decide} on them together.
     *
     * @param candidate drops of the candidate, at least 2
     * @param baseline drops of the baseline, at least 2
     * @param draws search budget in trials for the expected minimum, from 1 to the size of the smaller population
     * @throws IllegalArgumentException if a population is smaller, a drop is not finite or the budget is out of range
     */
    public Evidence measure(double[] candidate, double[] baseline, int draws) {
        return new Evidence(
                candidate.length,
                baseline.length,
                bootstrap.meanDifference(candidate, baseline),
                permutation.kolmogorovSmirnov(candidate, baseline),
                permutation.mannWhitney(candidate, baseline),
                bootstrap.expectedMinimumDifference(candidate, baseline, draws),
                draws);
    }

    /**
     * Decides a whole family of comparisons, with Holm's correction over it.
     *
     * @param family the evidence of every comparison of one run
     * @return the comparisons in the order of the family
     */
    public List<Comparison> decide(List<Evidence> family) {
        double[] adjusted = HolmCorrection.adjust(
                family.stream().mapToDouble(PopulationTest::decidingPValue).toArray());
        List<Comparison> comparisons = new ArrayList<>();
        for (int i = 0; i < adjusted.length; i++) {
            comparisons.add(decide(family.get(i), adjusted[i]));
        }
        return List.copyOf(comparisons);
    }

    private static double decidingPValue(Evidence evidence) {
        return isTooSmall(evidence) ? 1 : evidence.meanDifference().pValue();
    }

    private static boolean isTooSmall(Evidence evidence) {
        return Math.min(evidence.candidates(), evidence.baselines()) < MINIMUM_POPULATION;
    }

    private Comparison decide(Evidence evidence, double adjustedPValue) {
        if (isTooSmall(evidence)) {
            String reason = "populations of " + evidence.candidates() + " and " + evidence.baselines()
                    + " trials are too small: at least " + MINIMUM_POPULATION + " are needed in each";
            return new Comparison(Verdict.NO_DIFFERENCE_SHOWN, adjustedPValue, reason, evidence);
        }
        double difference = evidence.meanDifference().interval().estimate();
        boolean shown = adjustedPValue < 1 - bootstrap.confidence();
        Verdict better = difference < 0 ? Verdict.BETTER : Verdict.WORSE;
        String reason = String.format(
                Locale.ROOT,
                "mean drop differs by %+.3f percentage points; adjusted p %.4f is %s %.3f",
                difference,
                adjustedPValue,
                shown ? "below" : "not below",
                1 - bootstrap.confidence());
        return new Comparison(shown ? better : Verdict.NO_DIFFERENCE_SHOWN, adjustedPValue, reason, evidence);
    }
}
