package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PercentileExpansionTest {
    private final double[] drops = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

    @Test
    void equalPopulationsHaveThePooledDegreesOfFreedom() {
        PercentileExpansion expansion = PercentileExpansion.ofMeanDifference(drops, drops);

        assertThat(expansion.inflation()).isEqualTo(10 / 9.0, within(1e-12));
        assertThat(expansion.degreesOfFreedom()).isEqualTo(18, within(1e-9));
        // Phi(-2.1009 * sqrt(10 / 9)) = Phi(-2.2146)
        assertThat(expansion.toReplicates(0.025)).isEqualTo(0.01340, within(1e-4));
    }

    @Test
    void nominalIsTheInverse() {
        PercentileExpansion expansion = PercentileExpansion.ofMeanDifference(drops, new double[] {3, 3, 9, 4, 2});

        for (double tail : new double[] {0.001, 0.025, 0.2, 0.5}) {
            assertThat(expansion.toNominal(expansion.toReplicates(tail))).isEqualTo(tail, within(1e-9));
        }
    }

    @Test
    void constantPopulationsAreNotInflated() {
        PercentileExpansion expansion =
                PercentileExpansion.ofMeanDifference(new double[] {1, 1, 1}, new double[] {2, 2});

        assertThat(expansion).isEqualTo(new PercentileExpansion(1, 3));
    }

    @Test
    void regressionLosesADegreeOfFreedomForEachCoefficient() {
        assertThat(PercentileExpansion.ofRegression(30, 5)).isEqualTo(new PercentileExpansion(1.2, 25));
    }
}
