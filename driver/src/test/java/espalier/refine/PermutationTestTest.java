package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import espalier.refine.PermutationTest.Result;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.apache.commons.math3.stat.inference.MannWhitneyUTest;
import org.junit.jupiter.api.Test;

class PermutationTestTest {
    private final PermutationTest test = PermutationTest.withDefaults(1);

    @Test
    void kolmogorovSmirnovAgreesWithAHandExample() {
        double[] candidate = {1, 2, 3, 4};
        double[] baseline = {3.5, 4.5, 5.5, 6.5, 7.5};

        // Up to 4 lie all 4 candidates and 1 of 5 baselines.
        assertThat(test.kolmogorovSmirnov(candidate, baseline).statistic()).isEqualTo(0.8);
    }

    @Test
    void kolmogorovSmirnovLooksAtTheEndOfATieOnly() {
        assertThat(test.kolmogorovSmirnov(new double[] {1, 1, 1}, new double[] {1, 1}))
                .isEqualTo(new Result(0, 1));
        // Up to 1 lie 2/3 and 1/2, up to 2 everything.
        assertThat(test.kolmogorovSmirnov(new double[] {1, 2, 1}, new double[] {2, 1})
                        .statistic())
                .isEqualTo(1 / 6.0, within(1e-15));
    }

    @Test
    void mannWhitneyAgreesWithAHandExample() {
        // Pairs that the candidate wins: 1 beats 3, 2 beats 3, and 5 beats none; all beat 6: 5 of 6.
        assertThat(test.mannWhitney(new double[] {1, 2, 5}, new double[] {3, 6}).statistic())
                .isEqualTo(5 / 6.0, within(1e-15));
    }

    @Test
    void mannWhitneyCountsATieHalf() {
        // 1 wins against 2 and 3; 2 ties with 2 and wins against 3: 3.5 of 4.
        assertThat(test.mannWhitney(new double[] {1, 2}, new double[] {2, 3}).statistic())
                .isEqualTo(3.5 / 4);
        assertThat(test.mannWhitney(new double[] {2, 2}, new double[] {2, 2, 2}))
                .isEqualTo(new Result(0.5, 1));
    }

    @Test
    void pValuesAgreeWithAllSplitsWithoutTies() {
        agreesWithAllSplits(new double[] {1, 2, 4, 6}, new double[] {3, 5, 7, 8, 9});
    }

    @Test
    void pValuesAgreeWithAllSplitsWithTies() {
        agreesWithAllSplits(new double[] {1, 1, 2, 3}, new double[] {1, 2, 3, 3, 3});
        agreesWithAllSplits(new double[] {0, 0, 0, 1}, new double[] {0, 1, 1, 1, 1});
    }

    private void agreesWithAllSplits(double[] candidate, double[] baseline) {
        assertThat(test.kolmogorovSmirnov(candidate, baseline).pValue())
                .isEqualTo(exactPValue(candidate, baseline, PermutationTestTest::distance), within(0.015));
        assertThat(test.mannWhitney(candidate, baseline).pValue())
                .isEqualTo(exactPValue(candidate, baseline, PermutationTestTest::wins), within(0.015));
    }

    /** Share of all splits of the pooled values with a statistic as large as the observed one. */
    private static double exactPValue(
            double[] candidate, double[] baseline, ToDoubleBiFunction<double[], double[]> statistic) {
        double observed = statistic.applyAsDouble(candidate, baseline);
        int size = candidate.length + baseline.length;
        int splits = 0;
        int asExtreme = 0;
        for (int chosen = 0; chosen < 1 << size; chosen++) {
            if (Integer.bitCount(chosen) == candidate.length) {
                double[] first = new double[candidate.length];
                double[] second = new double[baseline.length];
                for (int i = 0, j = 0, k = 0; k < size; k++) {
                    double value = k < candidate.length ? candidate[k] : baseline[k - candidate.length];
                    if ((chosen >> k & 1) == 1) {
                        first[i++] = value;
                    } else {
                        second[j++] = value;
                    }
                }
                splits++;
                asExtreme += statistic.applyAsDouble(first, second) >= observed - 1e-12 ? 1 : 0;
            }
        }
        return (double) asExtreme / splits;
    }

    private static double wins(double[] candidate, double[] baseline) {
        double wins = 0;
        for (double first : candidate) {
            for (double second : baseline) {
                wins += first < second ? 1 : first == second ? 0.5 : 0;
            }
        }
        return wins;
    }

    private static double distance(double[] candidate, double[] baseline) {
        ErrorDistribution first = ErrorDistribution.of(candidate);
        ErrorDistribution second = ErrorDistribution.of(baseline);
        double largest = 0;
        for (double[] values : new double[][] {candidate, baseline}) {
            for (double value : values) {
                double above = Math.nextUp(value);
                largest = Math.max(largest, Math.abs(first.below(above) - second.below(above)));
            }
        }
        return largest;
    }

    @Test
    void agreesWithTheLibraryWhereThereAreNoTies() {
        double[] candidate = new SplittableRandom(5).doubles(40).toArray();
        double[] baseline =
                new SplittableRandom(6).doubles(50).map(drop -> drop + 0.15).toArray();
        Result smirnov = test.kolmogorovSmirnov(candidate, baseline);
        Result whitney = test.mannWhitney(candidate, baseline);

        assertThat(smirnov.statistic())
                .isEqualTo(new KolmogorovSmirnovTest().kolmogorovSmirnovStatistic(candidate, baseline), within(1e-12));
        assertThat(smirnov.pValue())
                .isEqualTo(
                        new KolmogorovSmirnovTest().kolmogorovSmirnovTest(candidate, baseline, false), within(0.015));
        assertThat(whitney.pValue())
                .isEqualTo(new MannWhitneyUTest().mannWhitneyUTest(candidate, baseline) / 2, within(0.01));
    }

    @Test
    void isOneSided() {
        double[] low = {1, 2, 3, 4, 5, 6};
        double[] high = {11, 12, 13, 14, 15, 16};

        assertThat(test.mannWhitney(low, high).pValue()).isLessThan(0.01);
        assertThat(test.mannWhitney(high, low).pValue()).isGreaterThan(0.99);
    }

    @Test
    void sameSeedGivesTheSamePValue() {
        double[] candidate = new SplittableRandom(5).doubles(20).toArray();
        double[] baseline = new SplittableRandom(6).doubles(20).toArray();

        assertThat(new PermutationTest(500, 9).kolmogorovSmirnov(candidate, baseline))
                .isEqualTo(new PermutationTest(500, 9).kolmogorovSmirnov(candidate, baseline));
    }

    @Test
    void rejectsEmptyPopulationsAndTooFewPermutations() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> test.mannWhitney(new double[0], new double[] {1}))
                .withMessageContaining("candidate is empty");
        assertThatIllegalArgumentException().isThrownBy(() -> new PermutationTest(99, 1));
    }
}
