package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "(0, 1]; 0; false",
                "(0, 1]; 4.9e-324; true",
                "(0, 1]; 1; true",
                "(0, 1]; NaN; false",
                "[0, 1); 0; true",
                "[0, 1); 1; false",
                "[-2, 3]; -2; true",
                "[0, inf); 1e308; true",
                "[0, inf); Infinity; false",
                "[0, inf]; Infinity; true",
            })
    void knowsWhatItsEndsMean(String range, double value, boolean inside) {
        assertThat(Range.parse(range).contains(value)).isEqualTo(inside);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"(0, 1]", "[0.5, 12)", "[0, inf)", "[1, 100000]"})
    void printsTheNotationThatItReads(String range) {
        assertThat(Range.parse(range)).hasToString(range);
    }

    @Test
    void turnsAwayOtherNotations() {
        assertThatThrownBy(() -> Range.parse("0..1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("range is '0..1', must be like (0, 1]");
    }
}
