package espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatencyComparisonTest {
    private static final LatencySettings SETTINGS = new LatencySettings(1, 1, 0, 200);

    @Test
    void speedupIsTheRatioOfMediansWithAnIntervalAroundIt() {
        SplittableRandom random = new SplittableRandom(3);
        double[] slow = random.doubles(SETTINGS.pairs(), 1.9, 2.1).toArray();
        double[] fast = random.doubles(SETTINGS.pairs(), 0.9, 1.1).toArray();
        LatencyComparison comparison = LatencyComparison.of(SETTINGS, slow, fast);
        assertThat(comparison.speedup()).isCloseTo(2, within(0.05));
        assertThat(comparison.speedupLow()).isLessThan(comparison.speedup()).isGreaterThan(1.9);
        assertThat(comparison.speedupHigh()).isGreaterThan(comparison.speedup()).isLessThan(2.1);
        assertThat(comparison).isEqualTo(LatencyComparison.of(SETTINGS, slow, fast));
    }

    @Test
    void equalRunsHaveAnIntervalOfOnePoint() {
        LatencyComparison comparison = LatencyComparison.of(SETTINGS, new double[] {3, 3, 3}, new double[] {3, 3, 3});
        assertThat(comparison.speedupLow()).isEqualTo(1);
        assertThat(comparison.speedupHigh()).isEqualTo(1);
        assertThat(comparison.first()).isEqualTo(new Latency(3, 3, 3, 3));
    }

    @Test
    void quartilesSpanTheMiddleHalf() {
        Latency latency = Latency.of(new double[] {7, 1, 3, 5, 2, 6, 4});
        assertThat(latency).isEqualTo(new Latency(2, 4, 6, 7));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new LatencySettings(1, 0, 0, 2)).hasMessage("threads is 0; give 1 to 1024");
        assertThatThrownBy(() -> new LatencySettings(1, 1, -1, 2)).hasMessageContaining("warm-up is -1");
        assertThatThrownBy(() -> new LatencySettings(1, 1, 0, 1)).hasMessageContaining("pairs is 1");
    }
}
