package espalier.config;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.IntStream;

/** Numbers as text that reads back to the same bits, and that every YAML version takes for a number. */
final class Decimal {
    private Decimal() {}

    /** Returns the shortest decimal that rounds to {@code value}; {@link Double#toString} of JDK 17 has a digit too many at times. */
    static String shortest(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? ".inf" : "-.inf";
        }
        if (value == 0 || Double.isNaN(value)) {
            return Double.toString(value);
        }
        BigDecimal decimal = new BigDecimal(Double.toString(value));
        return IntStream.range(1, decimal.precision())
                .mapToObj(digits -> decimal.round(new MathContext(digits)))
                .filter(rounded -> rounded.doubleValue() == value)
                .findFirst()
                .map(rounded -> text(rounded.stripTrailingZeros()))
                .orElseGet(() -> text(decimal));
    }

    private static String text(BigDecimal number) {
        int exponent = number.precision() - number.scale() - 1;
        if (exponent < -6 || exponent > 14) {
            String mantissa = number.scaleByPowerOfTen(-exponent).toPlainString();
            return withPoint(mantissa) + (exponent < 0 ? "e-" : "e+") + Math.abs(exponent);
        }
        return withPoint(number.toPlainString());
    }

    private static String withPoint(String digits) {
        return digits.contains(".") ? digits : digits + ".0";
    }
}
