package espalier.space;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as people read them in messages. */
final class Numbers {
    private static final MathContext DIGITS = new MathContext(5);

    private Numbers() {}

    /** Five significant digits, without trailing zeros or an exponent. */
    static String text(double value) {
        if (!Double.isFinite(value)) {
            return String.valueOf(value);
        }
        return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }
}
