package espalier.search;

import espalier.table.ResultRow;
import espalier.table.ResultTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A study's results in memory. */
final class MemoryStore implements StudyStore {
    private final List<ResultRow> rows = new ArrayList<>();
    private final Set<String> keys = new HashSet<>();
    private final Map<String, byte[]> files = new HashMap<>();

    @Override
    public <R extends Record & ResultRow> List<R> rows(Class<R> rowType) {
        return rows.stream().filter(rowType::isInstance).map(rowType::cast).toList();
    }

    @Override
    public void append(ResultRow row) {
        ResultTable table = ResultTable.of(row.getClass());
        if (keys.add(table.tableName() + table.keyOf(row))) {
            rows.add(row);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void compact() {}

    @Override
    public boolean exists(String file) {
        return files.containsKey(file);
    }

    @Override
    public void write(String file, byte[] content) {
        files.put(file, content);
    }

    @Override
    public byte[] read(String file) {
        return Objects.requireNonNull(files.get(file), file);
    }

    @Override
    public void delete(String file) {
        files.keySet().removeIf(each -> each.equals(file) || each.startsWith(file + "/"));
    }

    @Override
    public String location(String file) {
        return "memory/" + file;
    }
}
