package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "-0.0, -0.0",
        "1, 1.0",
        "0.1, 0.1",
        "5e-4, 0.0005",
        "1e-6, 0.000001",
        "1e-7, 1.0e-7",
        "-2.5e-9, -2.5e-9",
        "123456.75, 123456.75",
        "2e14, 200000000000000.0",
        "1e15, 1.0e+15",
        "2e23, 2.0e+23",
        "2.2250738585072014E-308, 2.2250738585072014e-308",
        "4.9E-324, 5.0e-324",
        "1.7976931348623157E308, 1.7976931348623157e+308",
        "0.30000000000000004, 0.30000000000000004",
        "Infinity, .inf",
        "-Infinity, -.inf",
    })
    void printsTheShortestDecimal(double value, String text) {
        assertThat(Decimal.shortest(value)).isEqualTo(text);
    }

    @Test
    void readsBackToTheSameBits() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 5_000; i++) {
            double value = i % 2 == 0 ? random.nextDouble() : Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertThat(Double.parseDouble(Decimal.shortest(value))).isEqualTo(value);
            }
        }
    }
}
