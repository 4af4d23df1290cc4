package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootstrapTest {
    private final Bootstrap bootstrap = new Bootstrap(2_000, 0.95, 1);

    @Test
    void bestValueIsDegenerateWhenOneModelDominates() {
        double[] values = new double[100];
        double[] drops = new double[100];
        for (int i = 0; i < 100; i++) {
            // Half of the trials are the dominating model: a draw of 25 misses it once in 2^25 times.
            values[i] = i % 2 == 0 ? 1.25 : i;
            drops[i] = i % 2 == 0 ? 0 : 1 + i;
        }

        assertThat(bootstrap.bestValue(values, drops)).isEqualTo(new Interval(1.25, 1.25, 1.25, 0.95));
    }

    @Test
    void bestValueIsDegenerateWhenAllModelsAreOne() {
        assertThat(bootstrap.bestValue(new double[] {0.9}, new double[] {3}))
                .isEqualTo(new Interval(0.9, 0.9, 0.9, 0.95));
    }

    @Test
    void bestValueFollowsTheClosedForm() {
        int size = 40;
        double[] ranks = new double[size];
        Arrays.setAll(ranks, i -> i);

        Interval interval = Bootstrap.withDefaults(3).bestValue(ranks, ranks);

        // Rank i or better is kept unless all 10 draws are worse: the share of resamples up to i is 1 - ((39 - i) /
        // 40)^10.
        assertThat(interval.low()).isEqualTo(closedFormQuantile(size, 10, 0.025));
        assertThat(interval.estimate()).isEqualTo(closedFormQuantile(size, 10, 0.5));
        assertThat(interval.high()).isEqualTo(closedFormQuantile(size, 10, 0.975));
    }

    private static double closedFormQuantile(int size, int drawn, double probability) {
        int rank = 0;
        while (1 - Math.pow((size - 1.0 - rank) / size, drawn) < probability) {
            rank++;
        }
        return rank;
    }

    @Test
    void tiedDropsShareTheBestValue() {
        double[] values = {1, 2, 3, 4, 5, 6, 7, 8};

        Interval interval = bootstrap.bestValue(values, new double[8]);

        assertThat(interval.low()).isEqualTo(1);
        assertThat(interval.high()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 1})
    void bestValueCoversThePlantedOptimum(double noise) {
        int covered = 0;
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double optimum = -0.2 + 0.4 * random.nextDouble();
            double[] budgets = new double[100];
            double[] drops = new double[100];
            for (int i = 0; i < 100; i++) {
                double logarithm = Math.log(0.7) + Math.log(2) * random.nextDouble();
                budgets[i] = Math.exp(logarithm);
                drops[i] = 20 * Math.pow(logarithm - optimum, 2) + noise * random.nextGaussian();
            }
            Interval best = new Bootstrap(1_000, 0.95, seed).bestValue(budgets, drops);
            covered += best.contains(Math.exp(optimum)) ? 1 : 0;
        }
        assertThat(covered).isGreaterThanOrEqualTo(180);
    }

    @Test
    void meanDifferenceIsNearStudentsIntervalForNormalDrops() {
        double[] candidate = new SplittableRandom(1).doubles(12).toArray();
        double[] baseline = new SplittableRandom(2).doubles(12).toArray();
        PercentileExpansion expansion = PercentileExpansion.ofMeanDifference(candidate, baseline);

        Interval interval =
                Bootstrap.withDefaults(1).meanDifference(candidate, baseline).interval();

        double standardError = Math.sqrt((StatUtils.variance(candidate) + StatUtils.variance(baseline)) / 12);
        double t = new TDistribution(null, expansion.degreesOfFreedom()).inverseCumulativeProbability(0.975);
        assertThat(interval.high() - interval.estimate()).isEqualTo(t * standardError, within(0.1 * t * standardError));
        assertThat(interval.estimate() - interval.low()).isEqualTo(t * standardError, within(0.1 * t * standardError));
    }

    @Test
    void pValueIsBelowTheSignificanceWhereTheIntervalExcludesZero() {
        for (int seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double[] candidate = random.doubles(20).toArray();
            double[] baseline = random.doubles(25).map(drop -> drop + 0.18).toArray();

            Difference difference = bootstrap.meanDifference(candidate, baseline);

            // Where the interval ends within a few replicates of 0 the two may round to different sides.
            if (Math.abs(difference.pValue() - 0.05) > 0.003) {
                assertThat(difference.pValue() < 0.05)
                        .isEqualTo(!difference.interval().contains(0));
            }
        }
    }

    @Test
    void equalConstantsDoNotDifferHoweverTheyAreRounded() {
        double[] candidate = new double[30];
        double[] baseline = new double[47];
        Arrays.fill(candidate, 0.1);
        Arrays.fill(baseline, 0.1);

        assertThat(bootstrap.meanDifference(candidate, baseline))
                .isEqualTo(new Difference(new Interval(0, 0, 0, 0.95), 1));
        assertThat(bootstrap.expectedMinimumDifference(candidate, baseline, 9))
                .isEqualTo(new Difference(new Interval(0, 0, 0, 0.95), 1));
    }

    @Test
    void expectedMinimumDifferenceEstimatesWithTheClosedForm() {
        double[] candidate = new SplittableRandom(1).doubles(30).toArray();
        double[] baseline =
                new SplittableRandom(2).doubles(40).map(drop -> drop + 1).toArray();

        Difference difference = bootstrap.expectedMinimumDifference(candidate, baseline, 8);

        assertThat(difference.interval().estimate())
                .isEqualTo(
                        SearchEfficiency.expectedMinimumOfDistinct(candidate, 8)
                                - SearchEfficiency.expectedMinimumOfDistinct(baseline, 8),
                        within(1e-12));
        assertThat(difference.interval().isBelow(0)).isTrue();
        assertThat(difference.pValue()).isLessThan(0.01);
    }

    @Test
    void expectedMinimumOfOneDrawIsTheMean() {
        double[] candidate = {1, 2, 3, 4};
        double[] baseline = {2, 3, 4, 9};

        assertThat(bootstrap
                        .expectedMinimumDifference(candidate, baseline, 1)
                        .interval()
                        .estimate())
                .isEqualTo(-2, within(1e-12));
        assertThat(bootstrap.meanDifference(candidate, baseline).interval().estimate())
                .isEqualTo(-2, within(1e-12));
    }

    @Test
    void sameSeedGivesTheSameIntervalAndInputsStayUntouched() {
        double[] candidate = {3, 1, 2};
        double[] baseline = {6, 5, 4};

        assertThat(bootstrap.meanDifference(candidate, baseline))
                .isEqualTo(bootstrap.meanDifference(candidate, baseline));
        assertThat(bootstrap.expectedMinimumDifference(candidate, baseline, 2))
                .isEqualTo(bootstrap.expectedMinimumDifference(candidate, baseline, 2));
        assertThat(bootstrap.bestValue(candidate, baseline)).isEqualTo(bootstrap.bestValue(candidate, baseline));
        assertThat(candidate).containsExactly(3, 1, 2);
        assertThat(baseline).containsExactly(6, 5, 4);
    }

    @Test
    void rejectsWhatCannotBeResampled() {
        double[] two = {1, 2};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bootstrap.meanDifference(new double[] {1}, two))
                .withMessageContaining("size of candidate is 1, must be at least 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bootstrap.expectedMinimumDifference(two, two, 3))
                .withMessageContaining("draws is 3, must be at most the population size 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bootstrap.bestValue(two, new double[] {1}))
                .withMessageContaining("values has length 2, must equal the length 1 of drops");
        assertThatIllegalArgumentException().isThrownBy(() -> bootstrap.bestValue(two, two, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Bootstrap(99, 0.95, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Bootstrap(1_000, 1, 1));
    }
}
