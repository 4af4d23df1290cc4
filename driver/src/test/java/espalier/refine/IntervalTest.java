package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class IntervalTest {
    private final Interval interval = new Interval(-1, 0.5, 2, 0.95);

    @Test
    void endsBelongToTheInterval() {
        assertThat(interval.contains(-1)).isTrue();
        assertThat(interval.contains(2)).isTrue();
        assertThat(interval.contains(2.001)).isFalse();
    }

    @Test
    void isAboveOrBelowOnlyStrictly() {
        assertThat(interval.isAbove(-1)).isFalse();
        assertThat(interval.isAbove(-1.1)).isTrue();
        assertThat(interval.isBelow(2)).isFalse();
        assertThat(interval.isBelow(2.1)).isTrue();
        assertThat(interval.isInside(-2, 3)).isTrue();
        assertThat(interval.isInside(-1, 3)).isFalse();
        assertThat(interval.width()).isEqualTo(3);
    }

    @Test
    void rejectsSwappedEndsNumbersThatAreNotFiniteAndPercentages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Interval(2, 1, 1, 0.95))
                .withMessage("low is 2.0, must be at most high 1.0: swap the two");
        assertThatIllegalArgumentException().isThrownBy(() -> new Interval(0, Double.NaN, 1, 0.95));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Interval(0, 0, 1, 95))
                .withMessageContaining("give a fraction such as 0.95, not 95");
    }
}
