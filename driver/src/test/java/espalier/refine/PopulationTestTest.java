package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PopulationTestTest {
    private final PopulationTest test = quick(1);

    private static PopulationTest quick(long seed) {
        return new PopulationTest(new Bootstrap(500, 0.95, seed), new PermutationTest(100, seed));
    }

    /** Skewed drops as fine as a validation set of 1,000 images makes them. */
    private static double[] drops(SplittableRandom random, int size, double shift) {
        return IntStream.range(0, size)
                .mapToDouble(i -> Math.rint(10 * (shift + 2 * Math.exp(0.4 * random.nextGaussian()))) / 10)
                .toArray();
    }

    @Test
    void smallerDropsAreBetterAndLargerOnesWorse() {
        double[] low = drops(new SplittableRandom(1), 40, 0);
        double[] high = drops(new SplittableRandom(2), 40, 1.5);

        assertThat(test.compare(low, high, 10).verdict()).isEqualTo(Verdict.BETTER);
        assertThat(test.compare(high, low, 10).verdict()).isEqualTo(Verdict.WORSE);
    }

    @Test
    void reportsAllEvidence() {
        double[] low = drops(new SplittableRandom(1), 40, 0);
        double[] high = drops(new SplittableRandom(2), 50, 1.5);

        Comparison comparison = test.compare(low, high, 10);

        Evidence evidence = comparison.evidence();
        assertThat(evidence.candidates()).isEqualTo(40);
        assertThat(evidence.baselines()).isEqualTo(50);
        assertThat(evidence.meanDifference().interval().isBelow(0)).isTrue();
        assertThat(evidence.expectedMinimumDifference().interval().isBelow(0)).isTrue();
        assertThat(evidence.kolmogorovSmirnov().statistic()).isGreaterThan(0.5);
        assertThat(evidence.kolmogorovSmirnov().pValue()).isEqualTo(1 / 101.0, within(1e-12));
        assertThat(evidence.mannWhitney().statistic()).isGreaterThan(0.8);
        assertThat(evidence.mannWhitney().pValue()).isEqualTo(1 / 101.0, within(1e-12));
        assertThat(comparison.adjustedPValue())
                .isEqualTo(evidence.meanDifference().pValue());
        assertThat(comparison.reason()).matches("mean drop differs by -1\\.\\d{3} .* is below 0\\.050");
    }

    @Test
    void aPopulationDoesNotDifferFromItself() {
        double[] drops = drops(new SplittableRandom(1), 30, 0);

        Comparison comparison = test.compare(drops, drops, 5);

        assertThat(comparison.verdict()).isEqualTo(Verdict.NO_DIFFERENCE_SHOWN);
        assertThat(comparison.evidence().kolmogorovSmirnov().statistic()).isZero();
    }

    @Test
    void aHandfulOfTrialsShowsNothing() {
        Comparison comparison = test.compare(new double[] {1, 1, 1, 1}, new double[] {9, 9, 9, 9}, 2);

        assertThat(comparison.verdict()).isEqualTo(Verdict.NO_DIFFERENCE_SHOWN);
        assertThat(comparison.reason())
                .isEqualTo("populations of 4 and 4 trials are too small: at least 5 are needed in each");
    }

    @Test
    void aFamilyNeedsStrongerEvidenceThanASingleComparison() {
        double[] baseline = drops(new SplittableRandom(1), 40, 0);
        Evidence weak = IntStream.range(0, 200)
                .mapToObj(seed -> test.measure(drops(new SplittableRandom(seed), 40, -0.35), baseline, 5))
                .filter(evidence -> evidence.meanDifference().pValue() > 0.015
                        && evidence.meanDifference().pValue() < 0.04)
                .findFirst()
                .orElseThrow();
        Evidence none = test.measure(baseline, baseline, 5);

        assertThat(test.decide(List.of(weak)).get(0).verdict()).isEqualTo(Verdict.BETTER);
        assertThat(test.decide(List.of(weak, none, none, none)).get(0).verdict())
                .isEqualTo(Verdict.NO_DIFFERENCE_SHOWN);
    }

    @Test
    void decisionsKeepTheOrderOfTheFamily() {
        double[] middle = drops(new SplittableRandom(1), 40, 2);
        List<Evidence> family = Stream.of(-2.0, 0.0, 2.0)
                .map(shift -> test.measure(drops(new SplittableRandom(1), 40, 2 + shift), middle, 5))
                .toList();

        assertThat(test.decide(family).stream().map(Comparison::verdict))
                .containsExactly(Verdict.BETTER, Verdict.NO_DIFFERENCE_SHOWN, Verdict.WORSE);
        assertThat(test.decide(List.of())).isEmpty();
    }

    /**
     * With a true rate of 5 % the number of false alarms in 1,000 comparisons is binomial; it exceeds its 99 % quantile, 66,
     * by chance once in 100 times, so a larger number says that the rate is above 5 %.
     */
    @ParameterizedTest
    @CsvSource({"50, 50", "12, 12", "20, 60"})
    void equalSpacesAreCalledDifferentInAtMostFivePercent(int candidates, int baselines) {
        int different = 0;
        int smirnov = 0;
        int whitney = 0;
        for (int seed = 0; seed < 1_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Comparison comparison = quick(seed).compare(drops(random, candidates, 0), drops(random, baselines, 0), 5);
            different += comparison.verdict() == Verdict.NO_DIFFERENCE_SHOWN ? 0 : 1;
            smirnov += comparison.evidence().kolmogorovSmirnov().pValue() <= 0.05 ? 1 : 0;
            whitney += comparison.evidence().mannWhitney().pValue() <= 0.05 ? 1 : 0;
        }
        int bound = new BinomialDistribution(null, 1_000, 0.05).inverseCumulativeProbability(0.99);
        assertThat(different).as("by the verdict").isLessThanOrEqualTo(bound);
        assertThat(smirnov).as("by Kolmogorov-Smirnov").isLessThanOrEqualTo(bound);
        assertThat(whitney).as("by Mann-Whitney").isLessThanOrEqualTo(bound);
    }

    @Test
    void equalFamiliesHoldAFalseAlarmInAtMostFivePercent() {
        int alarmed = 0;
        for (int seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            PopulationTest quick = quick(seed);
            double[] baseline = drops(random, 30, 0);
            List<Evidence> family = Stream.generate(() -> quick.measure(drops(random, 30, 0), baseline, 5))
                    .limit(4)
                    .toList();
            alarmed += quick.decide(family).stream()
                            .anyMatch(comparison -> comparison.verdict() != Verdict.NO_DIFFERENCE_SHOWN)
                    ? 1
                    : 0;
        }
        assertThat(alarmed)
                .isLessThanOrEqualTo(new BinomialDistribution(null, 500, 0.05).inverseCumulativeProbability(0.99));
    }

    @Test
    void sameSeedGivesTheSameComparison() {
        double[] low = drops(new SplittableRandom(1), 20, 0);
        double[] high = drops(new SplittableRandom(2), 20, 0.5);

        assertThat(quick(4).compare(low, high, 5)).isEqualTo(quick(4).compare(low, high, 5));
    }

    @Test
    void rejectsABudgetBeyondThePopulation() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> test.compare(new double[6], new double[8], 7))
                .withMessageContaining("draws is 7, must be at most the population size 6");
    }
}
