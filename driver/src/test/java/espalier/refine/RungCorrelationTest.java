package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RungCorrelationTest {

    @Test
    void countsConcordantAndDiscordantPairs() {
        // Of six pairs five agree: (5 - 1) / 6.
        RungCorrelation correlation = RungCorrelation.of(
                        new double[] {1, 2, 3, 4}, new double[] {10, 30, 20, 40}, 0.95, 1)
                .orElseThrow();
        assertThat(correlation.pairs()).isEqualTo(4);
        assertThat(correlation.observed()).isCloseTo(4.0 / 6, within(1e-12));
        // All have gone on: there is nothing to correct.
        assertThat(correlation.tau().estimate()).isCloseTo(4.0 / 6, within(1e-12));
    }

    @Test
    void saysNothingOfFewPairs() {
        double nan = Double.NaN;
        assertThat(RungCorrelation.of(new double[] {1, 2, 3, 4}, new double[] {1, 2, 3, nan}, 0.95, 1))
                .isEmpty();
    }

    @Test
    void accuraciesThatAreAllEqualPredictNothing() {
        RungCorrelation correlation = RungCorrelation.of(
                        new double[] {5, 5, 5, 5, 5}, new double[] {1, 2, 3, 4, 5}, 0.95, 1)
                .orElseThrow();
        assertThat(correlation.tau().estimate()).isZero();
        assertThat(correlation.tau().width()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.6, 0.9})
    void selectionDoesNotMakeAGoodRungLookBad(double correlation) {
        double whole = 2 / Math.PI * Math.asin(correlation);
        double[] observed = new double[40];
        double[] corrected = new double[40];
        for (int seed = 0; seed < 40; seed++) {
            RungCorrelation measured = ofTheBestThird(150, correlation, seed);
            observed[seed] = measured.observed();
            corrected[seed] = measured.tau().estimate();
        }
        assertThat(StatUtils.mean(observed)).isLessThan(0.8 * whole);
        assertThat(StatUtils.mean(corrected)).isCloseTo(whole, within(0.05));
    }

    @Test
    void theIntervalHoldsTheTruthAboutAsOftenAsItSays() {
        double whole = 2 / Math.PI * Math.asin(0.6);
        List<Interval> intervals = IntStream.range(0, 100)
                .mapToObj(seed -> ofTheBestThird(90, 0.6, seed).tau())
                .toList();
        assertThat(intervals.stream().filter(each -> each.contains(whole)).count())
                .isBetween(88L, 100L);
        double width = intervals.stream()
                .mapToDouble(each -> each.high() - each.low())
                .average()
                .orElseThrow();
        assertThat(width).isBetween(0.2, 0.8);
    }

    private static RungCorrelation ofTheBestThird(int trials, double correlation, long seed) {
        Random random = new Random(seed);
        double[] lower = new double[trials];
        double[] upper = new double[trials];
        for (int i = 0; i < trials; i++) {
            lower[i] = random.nextGaussian();
            upper[i] = correlation * lower[i] + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
        }
        double least = Arrays.stream(lower).sorted().toArray()[trials - trials / 3];
        Arrays.setAll(upper, i -> lower[i] >= least ? upper[i] : Double.NaN);
        return RungCorrelation.of(lower, upper, 0.95, seed).orElseThrow();
    }
}
