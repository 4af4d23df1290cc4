package espalier.table;

import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/**
 * What a query gave, in plain Java values: strings, numbers, booleans, instants, dates, lists, maps, and null.
 *
 * @param columns the columns, in order; two may have the same name
 * @param rows one value for each column
 */
public record QueryResult(List<Column> columns, List<List<@Nullable Object>> rows) {

    /** @throws IllegalArgumentException where a row does not have one value for each column */
    public QueryResult {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        for (List<@Nullable Object> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException("a row has " + row.size() + " values for " + columns.size()
                        + " columns: give one value for each column");
            }
        }
    }

    /**
     * One column.
     *
     * @param name its name
     * @param numeric whether it holds numbers
     */
    public record Column(String name, boolean numeric) {}

    /** Runs a frame's query and gathers its rows. */
    static QueryResult of(Dataset<Row> frame) {
        List<Column> columns = Arrays.stream(frame.schema().fields())
                .map(field -> new Column(field.name(), field.dataType() instanceof NumericType))
                .toList();
        return new QueryResult(
                columns, frame.collectAsList().stream().map(QueryResult::values).toList());
    }

    private static List<@Nullable Object> values(Row row) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            values.add(plain(row.get(i)));
        }
        return Collections.unmodifiableList(values);
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Timestamp time) {
            return time.toInstant();
        }
        if (value instanceof Date date) {
            return date.toLocalDate();
        }
        if (value instanceof scala.collection.Seq<?> list) {
            return plainList(JavaConverters.seqAsJavaList(list));
        }
        if (value instanceof scala.collection.Map<?, ?> map) {
            Map<String, @Nullable Object> sorted = new TreeMap<>();
            JavaConverters.mapAsJavaMap(map).forEach((key, content) -> sorted.put(String.valueOf(key), plain(content)));
            return sorted;
        }
        if (value instanceof Row struct) {
            return plainStruct(struct, struct.schema());
        }
        return value;
    }

    private static List<@Nullable Object> plainList(List<?> list) {
        List<@Nullable Object> values = new ArrayList<>();
        list.forEach(element -> values.add(plain(element)));
        return values;
    }

    private static Map<String, @Nullable Object> plainStruct(Row struct, StructType schema) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < struct.size(); i++) {
            values.put(schema.fieldNames()[i], plain(struct.get(i)));
        }
        return values;
    }
}
