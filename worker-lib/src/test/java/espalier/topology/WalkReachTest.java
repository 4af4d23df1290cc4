package espalier.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WalkReachTest {

    /** The authors' figures for rings of 64 nodes in a chain of 15 layers. */
    @ParameterizedTest(name = "degree {0}")
    @CsvSource({"4,16,430", "6,11,595", "8,8,678", "10,7,727", "12,6,760", "16,4,802", "20,4,826", "36,2,868"})
    void ringsHaveTheResistanceAndTheUsageOfTheAuthors(int degree, double resistance, double usage) {
        WalkReach reach = WalkReach.of(RegularGraph.ring(64, degree));
        assertThat(reach.gradientResistance()).isCloseTo(resistance, within(1e-12));
        assertThat(reach.parameterUsage(15)).isCloseTo(usage, within(0.5));
    }

    @Test
    void walksInABipartiteGraphNeverReachAllNodesAtOnce() {
        WalkReach reach = WalkReach.of(RegularGraph.ring(8, 2));
        assertThat(reach.reached(0, 1)).isEqualTo(2);
        assertThat(reach.reached(0, 2)).isEqualTo(3);
        assertThat(reach.reached(0, 3)).isEqualTo(4);
        assertThat(reach.reached(0, 50)).isEqualTo(4);
        assertThat(reach.gradientResistance()).isEqualTo(WalkReach.MOST_STEPS);
    }
}
