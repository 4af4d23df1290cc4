package espalier.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prints a result as one JSON array with an object for each row, one row in a line. */
final class JsonFormat implements ResultFormat {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Override
    public void print(QueryResult result, PrintStream out) {
        List<String> names = distinctNames(result.columns());
        out.print("[");
        String separator = "\n";
        for (List<@Nullable Object> row : result.rows()) {
            ObjectNode object = JSON.objectNode();
            for (int i = 0; i < names.size(); i++) {
                object.set(names.get(i), node(row.get(i)));
            }
            out.print(separator + object);
            separator = ",\n";
        }
        out.print(result.rows().isEmpty() ? "]\n" : "\n]\n");
    }

    /** A value as JSON; what JSON has no number for (not a number, infinity) becomes a string. */
    static JsonNode node(@Nullable Object value) {
        if (value == null) {
            return JSON.nullNode();
        } else if (value instanceof Boolean flag) {
            return JSON.booleanNode(flag);
        } else if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return Double.isFinite(number) ? JSON.numberNode(number) : JSON.textNode(value.toString());
        } else if (value instanceof Number number) {
            return JSON.numberNode(new BigDecimal(number.toString()));
        } else if (value instanceof List<?> list) {
            ArrayNode array = JSON.arrayNode();
            list.forEach(element -> array.add(node(element)));
            return array;
        } else if (value instanceof Map<?, ?> map) {
            ObjectNode object = JSON.objectNode();
            map.forEach((key, element) -> object.set(String.valueOf(key), node(element)));
            return object;
        }
        return JSON.textNode(value.toString());
    }

    /** Of two columns with one name, the second gets a number, or an object would lose the first. */
    private static List<String> distinctNames(List<QueryResult.Column> columns) {
        Set<String> taken = new HashSet<>();
        List<String> names = new ArrayList<>();
        for (QueryResult.Column column : columns) {
            String name = column.name();
            for (int number = 2; !taken.add(name); number++) {
                name = column.name() + "_" + number;
            }
            names.add(name);
        }
        return names;
    }
}
