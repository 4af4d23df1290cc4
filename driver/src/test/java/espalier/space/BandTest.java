package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BandTest {
    private static final Band BAND = new Band(0.8, 1.2);

    @Test
    void containsItsEnds() {
        assertThat(BAND.contains(0.8)).isTrue();
        assertThat(BAND.contains(1.2)).isTrue();
        assertThat(BAND.contains(Math.nextUp(1.2))).isFalse();
        assertThat(BAND.contains(Double.NaN)).isFalse();
    }

    @Test
    void intersectsWhereBothContain() {
        assertThat(BAND.intersect(new Band(1, 2))).contains(new Band(1, 1.2));
        assertThat(BAND.intersect(Band.atLeast(1.2))).contains(new Band(1.2, 1.2));
        assertThat(BAND.intersect(Band.atLeast(1.3))).isEmpty();
        assertThat(BAND.intersect(Band.UNBOUNDED)).contains(BAND);
    }

    @Test
    void coversBandsInside() {
        assertThat(BAND.covers(new Band(0.9, 1.2))).isTrue();
        assertThat(BAND.covers(Band.atLeast(0.9))).isFalse();
        assertThat(Band.UNBOUNDED.covers(BAND)).isTrue();
    }

    @Test
    void measuresDistanceFromOutside() {
        assertThat(BAND.distance(1)).isZero();
        assertThat(BAND.distance(0.5)).isEqualTo(0.8 - 0.5);
        assertThat(BAND.distance(1.5)).isEqualTo(1.5 - 1.2);
        assertThat(Band.UNBOUNDED.distance(7)).isZero();
        assertThat(BAND.clamp(7)).isEqualTo(1.2);
    }

    @Test
    void rejectsReversedEndsAndNumbersThatAreNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Band(1, 0))
                .withMessage("band is [1.0, 0.0]; low must be a number that does not exceed high");
        assertThatIllegalArgumentException().isThrownBy(() -> new Band(Double.NaN, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Band(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY));
    }

    @Test
    void readsAsText() {
        assertThat(BAND).hasToString("0.8 to 1.2");
        assertThat(Band.atLeast(1)).hasToString("at least 1");
        assertThat(Band.atMost(0.123456789)).hasToString("at most 0.12346");
        assertThat(Band.UNBOUNDED).hasToString("any");
    }
}
