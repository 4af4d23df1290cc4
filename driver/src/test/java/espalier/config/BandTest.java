package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BandTest {
    @Test
    void containsItsEnds() {
        Band band = new Band(0.9, 1.1);

        assertThat(band.contains(0.9)).isTrue();
        assertThat(band.contains(1.1)).isTrue();
        assertThat(band.contains(Math.nextUp(1.1))).isFalse();
        assertThat(band.contains(Math.nextDown(0.9))).isFalse();
        assertThat(band.contains(Double.NaN)).isFalse();
    }

    @Test
    void containsEverythingWhereNothingIsAsked() {
        assertThat(Band.ANY.isAny()).isTrue();
        assertThat(Band.ANY.contains(Double.MAX_VALUE)).isTrue();
        assertThat(new Band(0, 1).isAny()).isFalse();
    }

    @Test
    void turnsAwayEndsInTheWrongOrder() {
        assertThatThrownBy(() -> new Band(1.1, 0.9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("band is [1.1, 0.9], must have low <= high");
        assertThatThrownBy(() -> new Band(Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void printsAsTheFileHasIt() {
        assertThat(new Band(0.5, 1)).hasToString("[0.5, 1.0]");
        assertThat(Band.ANY).hasToString("[0.0, .inf]");
    }
}
