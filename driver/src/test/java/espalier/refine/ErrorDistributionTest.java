package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import espalier.refine.ErrorDistribution.Step;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ErrorDistributionTest {
    private static final Offset<Double> ROUNDING = within(1e-12);

    @Test
    void countsStrictlySmallerDropsOnly() {
        ErrorDistribution distribution = ErrorDistribution.of(3, 1, 2, 4);

        assertThat(distribution.below(1)).isZero();
        assertThat(distribution.below(1.5)).isEqualTo(0.25, ROUNDING);
        assertThat(distribution.below(2)).isEqualTo(0.25, ROUNDING);
        assertThat(distribution.below(4)).isEqualTo(0.75, ROUNDING);
        assertThat(distribution.below(4.1)).isEqualTo(1);
        assertThat(distribution.below(Double.NEGATIVE_INFINITY)).isZero();
        assertThat(distribution.below(Double.POSITIVE_INFINITY)).isEqualTo(1);
    }

    @Test
    void tiesMakeOneStep() {
        ErrorDistribution distribution = ErrorDistribution.of(2, 1, 2, 2);

        assertThat(distribution.below(2)).isEqualTo(0.25, ROUNDING);
        assertThat(distribution.below(Math.nextUp(2.0))).isEqualTo(1);
        assertThat(distribution.curve()).containsExactly(new Step(1, 0, 0.25), new Step(2, 0.25, 1));
    }

    @Test
    void agreesWithTheDefinitionOnRandomDropsWithTies() {
        SplittableRandom random = new SplittableRandom(3);
        double[] drops = random.doubles(200).map(drop -> Math.rint(drop * 50)).toArray();
        ErrorDistribution distribution = ErrorDistribution.of(drops);

        for (double e = -1; e <= 51; e += 0.5) {
            int smaller = 0;
            for (double drop : drops) {
                smaller += drop < e ? 1 : 0;
            }
            assertThat(distribution.below(e)).isEqualTo(smaller / 200.0, ROUNDING);
        }
    }

    @Test
    void summarisesThePopulation() {
        ErrorDistribution distribution = ErrorDistribution.of(4, 1, 3, 2);

        assertThat(distribution.size()).isEqualTo(4);
        assertThat(distribution.minimum()).isEqualTo(1);
        assertThat(distribution.mean()).isEqualTo(2.5, ROUNDING);
        assertThat(distribution.median()).isEqualTo(2.5);
        assertThat(distribution.quantile(0)).isEqualTo(1);
        assertThat(distribution.quantile(0.3)).isEqualTo(2);
        assertThat(distribution.quantile(1)).isEqualTo(4);
        assertThat(ErrorDistribution.of(5, 1, 2).median()).isEqualTo(2);
    }

    @Test
    void weightsMoveTheDistribution() {
        ErrorDistribution distribution =
                ErrorDistribution.weighted(new double[] {3, 1, 2}, new double[] {0.5, 0.2, 0.3});

        assertThat(distribution.below(2)).isEqualTo(0.2, ROUNDING);
        assertThat(distribution.below(3)).isEqualTo(0.5, ROUNDING);
        assertThat(distribution.mean()).isEqualTo(2.3, ROUNDING);
        assertThat(distribution.median()).isEqualTo(2.5);
        assertThat(distribution.quantile(0.6)).isEqualTo(3);
        assertThat(distribution.effectiveSize()).isEqualTo(1 / 0.38, ROUNDING);
    }

    @Test
    void complexityNormalisedWeightsGiveEachBinTheSameWeight() {
        double[] drops = {1, 2, 3, 4, 100};
        double[] complexities = {0, 1, 2, 10, 11};

        ErrorDistribution distribution =
                ErrorDistribution.normalised(drops, complexities, new ComplexityBins(0, 10, 2));

        assertThat(distribution.size())
                .as("the trial outside the range is left out")
                .isEqualTo(4);
        assertThat(distribution.below(2)).isEqualTo(1 / 6.0, ROUNDING);
        assertThat(distribution.below(4)).isEqualTo(0.5, ROUNDING);
        assertThat(distribution.below(5)).isEqualTo(1);
    }

    @Test
    void oneBinGivesThePlainDistribution() {
        SplittableRandom random = new SplittableRandom(1);
        double[] drops = random.doubles(50).map(drop -> Math.rint(drop * 20)).toArray();
        double[] complexities = random.doubles(50).toArray();

        ErrorDistribution normalised =
                ErrorDistribution.normalised(drops, complexities, ComplexityBins.common(1, complexities));

        assertThat(normalised.curve()).isEqualTo(ErrorDistribution.of(drops).curve());
    }

    @Test
    void complexityNormalisedWeightsSumToOne() {
        SplittableRandom random = new SplittableRandom(2);
        double[] ones = random.doubles(500).map(drop -> 1).toArray();
        double[] complexities = random.doubles(500).toArray();

        ErrorDistribution distribution =
                ErrorDistribution.normalised(ones, complexities, ComplexityBins.common(10, complexities));

        assertThat(distribution.mean()).as("mean of ones").isEqualTo(1, ROUNDING);
    }

    @Test
    void rejectsAnEmptyBin() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErrorDistribution.normalised(
                        new double[] {1, 2}, new double[] {0, 10}, new ComplexityBins(0, 10, 3)))
                .withMessageContaining("bin 1 of ")
                .withMessageContaining("use fewer bins or sample more trials");
    }

    @Test
    void rejectsWeightsThatDoNotSumToOneOrAreNotPositive() {
        double[] drops = {1, 2};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErrorDistribution.weighted(drops, new double[] {0.5, 0.6}))
                .withMessageContaining("sum of weights is 1.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErrorDistribution.weighted(drops, new double[] {1.5, -0.5}));
        assertThatIllegalArgumentException().isThrownBy(() -> ErrorDistribution.weighted(drops, new double[] {1}));
    }

    @Test
    void rejectsNoDropsAndDropsOfFailedTrials() {
        assertThatIllegalArgumentException().isThrownBy(ErrorDistribution::of);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErrorDistribution.of(1, Double.NaN))
                .withMessage("drops[1] is NaN, must be finite: leave out trials without a result");
    }

    @Test
    void bandHalfWidthIsThatOfDvoretzkyKieferAndWolfowitz() {
        ErrorDistribution distribution = ErrorDistribution.of(new double[100]);

        // sqrt(ln(40) / 200)
        assertThat(distribution.bandHalfWidth(0.05)).isEqualTo(0.135810, within(1e-6));
    }

    @Test
    void bandHoldsTheWholeTrueDistributionAsOftenAsItSays() {
        int held = 0;
        for (int seed = 0; seed < 500; seed++) {
            double[] drops = new SplittableRandom(seed).doubles(60).toArray();
            ErrorDistribution distribution = ErrorDistribution.of(drops);
            double band = distribution.bandHalfWidth(0.05);
            held += distribution.curve().stream()
                            .allMatch(step -> step.drop() - step.below() <= band && step.upTo() - step.drop() <= band)
                    ? 1
                    : 0;
        }
        assertThat(held).isGreaterThanOrEqualTo(475);
    }

    @Test
    void doesNotShareTheCallersArray() {
        double[] drops = {1, 2, 3};
        ErrorDistribution distribution = ErrorDistribution.of(drops);
        drops[0] = 100;

        assertThat(distribution.minimum()).isEqualTo(1);
        assertThat(distribution.mean()).isEqualTo(2, ROUNDING);
    }

    @Test
    void drawsDropsByTheirWeight() {
        ErrorDistribution distribution = ErrorDistribution.weighted(new double[] {7, 5}, new double[] {0.2, 0.8});
        SplittableRandom random = new SplittableRandom(4);
        int fives = 0;
        for (int i = 0; i < 10_000; i++) {
            fives += distribution.draw(random) == 5 ? 1 : 0;
        }
        assertThat(fives).isBetween(7_850, 8_150);
    }
}
