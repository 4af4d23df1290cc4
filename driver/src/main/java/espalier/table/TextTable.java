package espalier.table;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints a result as aligned columns. Where it is too wide, first the widest texts are cut, then the last columns are left
 * out, which the last line says. A result of one value is printed as it is.
 */
final class TextTable implements ResultFormat {
    private static final String GAP = "  ";
    private static final String CUT = "...";
    private static final int LEAST_TEXT = 12;
    private static final MathContext DIGITS = new MathContext(6);

    private final int width;

    TextTable(int width) {
        if (width < 1) {
            throw new IllegalArgumentException("width is " + width + ": it must be at least 1 character");
        }
        this.width = width;
    }

    @Override
    public void print(QueryResult result, PrintStream out) {
        if (result.rows().size() == 1 && result.columns().size() == 1) {
            out.print(cell(result.rows().get(0).get(0)).stripTrailing() + "\n");
            return;
        }
        List<List<String>> lines = result.rows().stream()
                .map(row -> row.stream().map(value -> oneLine(cell(value))).toList())
                .toList();
        List<Integer> widths = fit(result.columns(), naturalWidths(result.columns(), lines));
        List<QueryResult.Column> columns = result.columns().subList(0, widths.size());
        printLine(columns, columns.stream().map(QueryResult.Column::name).toList(), widths, out);
        out.print(widths.stream().map("-"::repeat).collect(Collectors.joining(GAP, "", "\n")));
        lines.forEach(line -> printLine(columns, line, widths, out));
        out.print(footer(result, widths.size()) + "\n");
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "-";
        } else if (value instanceof Double || value instanceof Float) {
            return number(((Number) value).doubleValue());
        } else if (value instanceof List<?> list) {
            return list.stream().map(TextTable::cell).collect(Collectors.joining(", ", "[", "]"));
        } else if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + cell(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value.toString();
    }

    /** Six significant digits, without trailing zeros; powers of ten for the very small and the very large only. */
    private static String number(double value) {
        if (!Double.isFinite(value) || value == 0) {
            return value == 0 ? "0" : Double.toString(value);
        }
        BigDecimal rounded = BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros();
        double size = Math.abs(value);
        return size >= 1e-4 && size < 1e15 ? rounded.toPlainString() : rounded.toString();
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", " ");
    }

    private static int[] naturalWidths(List<QueryResult.Column> columns, List<List<String>> lines) {
        int[] widths =
                columns.stream().mapToInt(column -> column.name().length()).toArray();
        for (List<String> line : lines) {
            Arrays.setAll(widths, i -> Math.max(widths[i], line.get(i).length()));
        }
        return widths;
    }

    /** The widths of the columns that are printed, which are the first ones. */
    private List<Integer> fit(List<QueryResult.Column> columns, int[] widths) {
        int count = widths.length;
        while (total(widths, count) > width && count > 1) {
            int widest = widestText(columns, widths, count);
            if (widest < 0) {
                count--;
            } else {
                long excess = total(widths, count) - width;
                widths[widest] = (int) Math.max(LEAST_TEXT, widths[widest] - Math.min(excess, widths[widest] / 8 + 1));
            }
        }
        return Arrays.stream(widths, 0, count).boxed().toList();
    }

    private static long total(int[] widths, int count) {
        return Arrays.stream(widths, 0, count).asLongStream().sum() + (long) GAP.length() * (count - 1);
    }

    private static int widestText(List<QueryResult.Column> columns, int[] widths, int count) {
        int widest = -1;
        for (int i = 0; i < count; i++) {
            boolean canShrink = !columns.get(i).numeric() && widths[i] > LEAST_TEXT;
            if (canShrink && (widest < 0 || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        return widest;
    }

    private static void printLine(
            List<QueryResult.Column> columns, List<String> cells, List<Integer> widths, PrintStream out) {
        List<String> padded = new ArrayList<>();
        for (int i = 0; i < widths.size(); i++) {
            String text = cut(cells.get(i), widths.get(i));
            String padding = " ".repeat(widths.get(i) - text.length());
            padded.add(columns.get(i).numeric() ? padding + text : text + padding);
        }
        out.print(String.join(GAP, padded).stripTrailing() + "\n");
    }

    private static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width - CUT.length())) + CUT;
    }

    private String footer(QueryResult result, int printed) {
        int rows = result.rows().size();
        String count = rows == 1 ? "1 row" : rows + " rows";
        int missing = result.columns().size() - printed;
        return missing == 0
                ? "(" + count + ")"
                : "(" + count + "; " + missing + " of " + result.columns().size() + " columns do not fit in " + width
                        + " characters: name the columns you want, or ask for CSV or JSON)";
    }
}
