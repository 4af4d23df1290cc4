package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import espalier.refine.SearchEfficiency.Point;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SearchEfficiencyTest {
    private static final double[] DROPS = {4, 1, 7, 2, 2, 9};

    @Test
    void expectedMinimumOfDistinctTrialsAgreesWithAllSubsets() {
        for (int draws = 1; draws <= DROPS.length; draws++) {
            double sum = 0;
            int subsets = 0;
            for (int chosen = 0; chosen < 1 << DROPS.length; chosen++) {
                if (Integer.bitCount(chosen) == draws) {
                    double least = Double.POSITIVE_INFINITY;
                    for (int i = 0; i < DROPS.length; i++) {
                        least = (chosen >> i & 1) == 1 ? Math.min(least, DROPS[i]) : least;
                    }
                    sum += least;
                    subsets++;
                }
            }
            assertThat(SearchEfficiency.expectedMinimumOfDistinct(DROPS, draws))
                    .as("%d draws", draws)
                    .isEqualTo(sum / subsets, within(1e-12));
        }
    }

    @Test
    void expectedMinimumAgreesWithAllPairsAndTriplesOfWeightedDraws() {
        double[] drops = {3, 1, 2};
        double[] weights = {0.5, 0.2, 0.3};
        ErrorDistribution population = ErrorDistribution.weighted(drops, weights);
        double pairs = 0;
        double triples = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                pairs += weights[i] * weights[j] * Math.min(drops[i], drops[j]);
                for (int k = 0; k < 3; k++) {
                    triples += weights[i] * weights[j] * weights[k] * Math.min(drops[i], Math.min(drops[j], drops[k]));
                }
            }
        }
        assertThat(SearchEfficiency.expectedMinimum(population, 1)).isEqualTo(population.mean(), within(1e-12));
        assertThat(SearchEfficiency.expectedMinimum(population, 2)).isEqualTo(pairs, within(1e-12));
        assertThat(SearchEfficiency.expectedMinimum(population, 3)).isEqualTo(triples, within(1e-12));
    }

    @Test
    void curveFollowsTheClosedForm() {
        double[] drops =
                new SplittableRandom(1).doubles(4_096).map(drop -> 10 * drop).toArray();
        ErrorDistribution population = ErrorDistribution.of(drops);

        List<Point> curve = SearchEfficiency.curve(population, 7);

        assertThat(curve).hasSize(13);
        for (Point point : curve) {
            assertThat(point.experiments()).isEqualTo(4_096 / point.draws());
            double standardError = point.standardDeviation() / Math.sqrt(point.experiments());
            if (point.experiments() >= 30) {
                assertThat(point.mean())
                        .as("%d draws", point.draws())
                        .isEqualTo(
                                SearchEfficiency.expectedMinimum(population, point.draws()),
                                within(3.5 * standardError));
            }
        }
    }

    @Test
    void curveUsesBudgetsUpToThePopulation() {
        List<Point> curve = SearchEfficiency.curve(ErrorDistribution.of(3, 3, 3, 3, 3), 1);

        assertThat(curve).containsExactly(new Point(1, 5, 3, 0), new Point(2, 2, 3, 0), new Point(4, 1, 3, 0));
    }

    @Test
    void curveDrawsByWeight() {
        ErrorDistribution population =
                ErrorDistribution.weighted(new double[] {0, 1, 1, 1}, new double[] {0.997, 0.001, 0.001, 0.001});

        assertThat(SearchEfficiency.curve(population, 3).get(0).mean()).isZero();
    }

    @Test
    void sameSeedGivesTheSameCurve() {
        ErrorDistribution population =
                ErrorDistribution.of(new SplittableRandom(1).doubles(64).toArray());

        assertThat(SearchEfficiency.curve(population, 5)).isEqualTo(SearchEfficiency.curve(population, 5));
        assertThat(SearchEfficiency.curve(population, 5)).isNotEqualTo(SearchEfficiency.curve(population, 6));
    }

    @Test
    void rejectsBudgetsOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SearchEfficiency.expectedMinimumOfDistinct(DROPS, 7))
                .withMessage("draws is 7, must be at most the population size 6: lower it");
        assertThatIllegalArgumentException().isThrownBy(() -> SearchEfficiency.expectedMinimumOfDistinct(DROPS, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SearchEfficiency.expectedMinimum(ErrorDistribution.of(1), 0));
    }
}
