package espalier.table;

import java.util.Comparator;
import java.util.List;

/** Reads a study's tables back into records, without a Spark job. */
public final class TableReader {
    private final StudyFolder folder;

    public TableReader(StudyFolder folder) {
        this.folder = folder;
    }

    /**
     * All rows of one table, ordered by its key; none where the table was not written yet.
     *
     * @param rowType the row class, which names the table
     * @throws StudyFolderException where the table cannot be read
     */
    public <R extends Record & ResultRow> List<R> rows(Class<R> rowType) {
        ResultTable table = ResultTable.of(rowType);
        if (!DeltaFrames.exists(folder, table)) {
            return List.of();
        }
        RowMapper<R> mapper = RowMapper.of(rowType);
        List<Keyed<R>> rows = TableScan.of(folder, table)
                .rows(List.of(table.schema().fieldNames()), values -> {
                    R row = mapper.fromRow(values);
                    return new Keyed<>(table.keyOf(row), row);
                });
        return rows.stream()
                .sorted(Comparator.comparing(Keyed::key, TableReader::compareKeys))
                .map(Keyed::row)
                .toList();
    }

    /** A row with its key, which is worked out once. */
    private record Keyed<R>(List<Object> key, R row) {}

    @SuppressWarnings("unchecked") // the values of one key column are of one type, a string or a number
    private static int compareKeys(List<Object> left, List<Object> right) {
        for (int i = 0; i < left.size(); i++) {
            int order = ((Comparable<Object>) left.get(i)).compareTo(right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
