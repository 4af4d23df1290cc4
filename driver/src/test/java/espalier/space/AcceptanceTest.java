package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class AcceptanceTest {

    @Test
    void intervalIsWilsons() {
        // z = 1.96, p = 0.1, n = 50: centre (0.1 + z²/100) / (1 + z²/50), by hand
        Band interval = new Acceptance(5, 50).interval();
        assertThat(interval.low()).isCloseTo(0.0435, offset(5e-4));
        assertThat(interval.high()).isCloseTo(0.2136, offset(5e-4));
    }

    @Test
    void neverAcceptedStillHasAnUpperLimit() {
        Band interval = new Acceptance(0, 100).interval();
        assertThat(interval.low()).isZero();
        assertThat(interval.high()).isCloseTo(0.037, offset(5e-4));
    }

    @Test
    void readsAsText() {
        assertThat(new Acceptance(27, 10_000)).hasToString("0.27 % (27 of 10000; 95 % interval 0.18563 to 0.39256 %)");
    }

    @Test
    void rejectsMoreAcceptedThanAttempted() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Acceptance(2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Acceptance(0, 0));
    }
}
