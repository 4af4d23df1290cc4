package espalier.table;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Result tables as data frames. */
final class DeltaFrames {
    private DeltaFrames() {}

    /** Whether the table has been written to. */
    static boolean exists(StudyFolder folder, ResultTable table) {
        return folder.exists("tables/" + table.tableName() + "/_delta_log");
    }

    /** The rows of one table of some studies; columns that an older table lacks are null. */
    static Dataset<Row> union(SparkSession session, List<StudyFolder> folders, ResultTable table) {
        Column[] columns =
                Arrays.stream(table.schema().fieldNames()).map(functions::col).toArray(Column[]::new);
        Dataset<Row> rows = session.createDataFrame(List.of(), table.schema());
        for (StudyFolder folder : folders) {
            if (exists(folder, table)) {
                Dataset<Row> more = session.read().format("delta").load(folder.location(table));
                rows = rows.unionByName(more, true).select(columns);
            }
        }
        return rows;
    }
}
