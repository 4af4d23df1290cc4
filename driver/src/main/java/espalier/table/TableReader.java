package espalier.table;

import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Reads a study's tables back into records. */
public final class TableReader {
    private final SparkSession session;
    private final StudyFolder folder;

    public TableReader(SparkSession session, StudyFolder folder) {
        this.session = session;
        this.folder = folder;
    }

    /**
     * All rows of one table, ordered by its key; none where the table was not written yet.
     *
     * @param rowType the row class, which names the table
     */
    public <R extends Record & ResultRow> List<R> rows(Class<R> rowType) {
        ResultTable table = ResultTable.of(rowType);
        RowMapper<R> mapper = RowMapper.of(rowType);
        return DeltaFrames.union(session, List.of(folder), table).collectAsList().stream()
                .map(mapper::fromRow)
                .sorted(Comparator.comparing(table::keyOf, TableReader::compareKeys))
                .toList();
    }

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
