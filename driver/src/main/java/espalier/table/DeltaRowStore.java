package espalier.table;

import io.delta.kernel.internal.actions.Protocol;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.storage.LogStore$;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One result table as a Delta table. Rows are appended, and small files merged, by this process alone, without a Spark job: a job would wait
 * for a slot behind trials that run for minutes, take one from them, and cost ten times as much as the append itself.
 */
final class DeltaRowStore implements RowStore {
    private static final Logger LOG = LoggerFactory.getLogger(DeltaRowStore.class);

    /** So many small files are merged at the end of a round. */
    private static final int SOME_FILES = 16;

    /** So many are merged in the midst of one. */
    private static final int MANY_FILES = 256;

    /** From this on a file is left as it is. */
    private static final long LARGE = 4L << 20;

    private final StudyFolder folder;
    private final ResultTable table;
    private final Path location;
    private final CommitLog log;
    private int smallFiles;
    private @Nullable Unfinished unfinished;

    /** A data file that is written and of which it is not known whether its commit is. */
    private record Unfinished(List<ResultRow> rows, FileStatus file) {}

    DeltaRowStore(SparkSession session, StudyFolder folder, ResultTable table) {
        this.folder = folder;
        this.table = table;
        this.location = new Path(folder.location(table));
        this.log = new CommitLog(
                location,
                table.tableName(),
                table.schema(),
                LogStore$.MODULE$.apply(session.sparkContext().conf(), folder.hadoop()),
                folder.hadoop());
    }

    @Override
    public Set<List<Object>> keys() {
        if (!DeltaFrames.exists(folder, table)) {
            return new HashSet<>();
        }
        TableScan scan = TableScan.of(folder, table);
        requireOwnFormat(scan.protocol());
        requireNoExpressions(scan);
        requireOwnColumns(scan.schema());
        smallFiles = small(scan).size();
        return new HashSet<>(scan.rows(
                table.key(), row -> table.key().stream().map(row::<Object>getAs).toList()));
    }

    @Override
    public void append(List<ResultRow> rows) throws IOException {
        if (unfinished == null || !unfinished.rows().equals(rows)) {
            List<Row> values = rows.stream().map(table::toRow).toList();
            unfinished = new Unfinished(rows, RowFile.write(newFile(), table.schema(), values, folder.hadoop()));
        }
        log.add(unfinished.file(), rows.size());
        unfinished = null;
        smallFiles++;
        if (smallFiles >= MANY_FILES) {
            mergeOrLog();
        }
    }

    @Override
    public void compact() {
        if (smallFiles >= SOME_FILES) {
            mergeOrLog();
        }
    }

    /** Many small files are slow to read, but safe: not being able to merge them is no reason to stop a study. */
    private void mergeOrLog() {
        try {
            merge();
        } catch (IOException | RuntimeException e) {
            LOG.warn("cannot merge the small files of table {}: {}", table.tableName(), StudyFolderException.reason(e));
        }
        // Where it failed, it is tried again after as many more.
        smallFiles = 1;
    }

    private void merge() throws IOException {
        TableScan scan = TableScan.of(folder, table);
        Set<DataFile> small = Set.copyOf(small(scan));
        List<Row> rows = scan.rows(List.of(table.schema().fieldNames()), small::contains, row -> row);
        log.replace(List.copyOf(small), RowFile.write(newFile(), table.schema(), rows, folder.hadoop()), rows.size());
        TableScan.of(folder, table).checkpoint();
    }

    private static List<DataFile> small(TableScan scan) {
        return scan.files().stream().filter(file -> file.bytes() < LARGE).toList();
    }

    private Path newFile() {
        return new Path(location, "part-" + UUID.randomUUID() + ".parquet");
    }

    private void requireOwnFormat(Protocol protocol) {
        int reader = protocol.getMinReaderVersion();
        int writer = protocol.getMinWriterVersion();
        if (reader > CommitLog.READER_VERSION || writer > CommitLog.WRITER_VERSION) {
            throw new StudyFolderException("table " + location + " asks for Delta reader version " + reader
                    + " and writer version " + writer + ", above " + CommitLog.READER_VERSION + " and "
                    + CommitLog.WRITER_VERSION
                    + ": somebody enabled a Delta feature on it; go on under another study name");
        }
    }

    /** Delta runs the constraints of a table whenever it writes to it, and they may be any expression. */
    private void requireNoExpressions(TableScan scan) {
        boolean constrained =
                scan.configuration().keySet().stream().anyMatch(key -> key.startsWith("delta.constraints."));
        boolean annotated = Arrays.stream(scan.schema().fields())
                .anyMatch(field -> !field.metadata().json().equals("{}"));
        if (constrained || annotated) {
            throw new StudyFolderException("table " + location
                    + " has constraints or invariants, which this version never writes and does not run:"
                    + " go on under another study name");
        }
    }

    private void requireOwnColumns(StructType found) {
        List<String> expected = describe(table.schema());
        if (!describe(found).equals(expected)) {
            throw new StudyFolderException("table " + location + " has other columns than this version writes, "
                    + describe(found) + " instead of " + expected
                    + ": go on with the version that began the study, or under another study name");
        }
    }

    private static List<String> describe(StructType schema) {
        return Arrays.stream(schema.fields())
                .map(field -> field.name() + " " + field.dataType().simpleString())
                .toList();
    }
}
