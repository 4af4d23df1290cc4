package espalier.table;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints a result as comma-separated values; lists and maps are JSON inside their field. */
final class CsvFormat implements ResultFormat {

    @Override
    public void print(QueryResult result, PrintStream out) {
        printLine(result.columns().stream().map(QueryResult.Column::name).toList(), out);
        for (List<@Nullable Object> row : result.rows()) {
            printLine(row, out);
        }
    }

    private static void printLine(List<? extends @Nullable Object> values, PrintStream out) {
        out.print(values.stream().map(CsvFormat::field).collect(Collectors.joining(",", "", "\n")));
    }

    private static String field(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = value instanceof List || value instanceof Map
                ? JsonFormat.node(value).toString()
                : value.toString();
        boolean plain = !text.isEmpty() && text.chars().noneMatch(character -> "\",\r\n".indexOf(character) >= 0);
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
