package espalier.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An interval in the usual notation: {@code [1, 100]}, {@code (0, 1]}, {@code [0, inf)} for finite numbers, {@code [0, inf]} for those and infinity. */
record Range(double low, boolean lowOpen, double high, boolean highOpen) {
    private static final Pattern NOTATION = Pattern.compile("([\\[(])\\s*(\\S+)\\s*,\\s*(\\S+)\\s*([])])");

    static Range parse(String text) {
        Matcher parts = NOTATION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("range is '" + text + "', must be like (0, 1]");
        }
        return new Range(
                end(parts.group(2)),
                parts.group(1).equals("("),
                end(parts.group(3)),
                parts.group(4).equals(")"));
    }

    private static double end(String text) {
        return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    boolean contains(double value) {
        return (lowOpen ? low < value : low <= value) && (highOpen ? value < high : value <= high);
    }

    /** Returns the JSON Schema of a number, with the limits put in. */
    ObjectNode describe(ObjectNode schema) {
        schema.put(lowOpen ? "exclusiveMinimum" : "minimum", number(low));
        if (Double.isFinite(high)) {
            schema.put(highOpen ? "exclusiveMaximum" : "maximum", number(high));
        }
        return schema;
    }

    private static BigDecimal number(double end) {
        return new BigDecimal(text(end));
    }

    private static String text(double end) {
        if (Double.isInfinite(end)) {
            return "inf";
        }
        String shortest = Decimal.shortest(end);
        return shortest.endsWith(".0") ? shortest.substring(0, shortest.length() - 2) : shortest;
    }

    @Override
    public String toString() {
        return (lowOpen ? "(" : "[") + text(low) + ", " + text(high) + (highOpen ? ")" : "]");
    }
}
