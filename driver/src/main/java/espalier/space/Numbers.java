package espalier.space;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** Numbers as people read them in messages. */
final class Numbers {
    private static final MathContext DIGITS = new MathContext(5);

    private Numbers() {}

    /** Population standard deviation; 0 of nothing. */
    static double spread(List<Double> values) {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        return Math.sqrt(values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .average()
                .orElse(0));
    }

    /** Five significant digits, without trailing zeros or an exponent. */
    static String text(double value) {
        if (!Double.isFinite(value)) {
            return String.valueOf(value);
        }
        return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
