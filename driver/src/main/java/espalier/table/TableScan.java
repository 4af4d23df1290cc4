package espalier.table;

import io.delta.kernel.Scan;
import io.delta.kernel.Table;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/**
 * A Delta table as it is now, read in this process by Delta's own kernel. A Spark job would wait for the executors of a cluster, which have
 * only just been asked for when a study goes on.
 */
final class TableScan {
    private final Engine engine;
    private final Patience patience;
    private final SnapshotImpl snapshot;
    private final StructType schema;

    private TableScan(StudyFolder folder, String location) {
        engine = DefaultEngine.create(folder.hadoop());
        patience = folder.patience();
        snapshot = (SnapshotImpl) Table.forPath(engine, location).getLatestSnapshot(engine);
        schema = (StructType) DataType.fromJson(snapshot.getSchema(engine).toJson());
    }

    /**
     * Looks at a table that exists; its rows are read later.
     *
     * @throws StudyFolderException where it cannot be read
     */
    static TableScan of(StudyFolder folder, ResultTable table) {
        String location = folder.location(table);
        try {
            return folder.patience().call("read " + location, () -> new TableScan(folder, location));
        } catch (IOException | RuntimeException e) {
            throw unreadable(location, e);
        }
    }

    /** The table's columns. */
    StructType schema() {
        return schema;
    }

    /** What it asks of those who read and write it. */
    Protocol protocol() {
        return snapshot.getProtocol();
    }

    /** Its properties. */
    Map<String, String> configuration() {
        return snapshot.getMetadata().getConfiguration();
    }

    /**
     * Its data files.
     *
     * @throws StudyFolderException where they cannot be told
     */
    List<DataFile> files() {
        return patiently(this::listFiles);
    }

    private List<DataFile> listFiles() throws IOException {
        List<DataFile> files = new ArrayList<>();
        try (CloseableIterator<FilteredColumnarBatch> batches =
                snapshot.getScanBuilder(engine).build().getScanFiles(engine)) {
            while (batches.hasNext()) {
                try (CloseableIterator<io.delta.kernel.data.Row> rows =
                        batches.next().getRows()) {
                    while (rows.hasNext()) {
                        files.add(file(rows.next()));
                    }
                }
            }
        }
        return files;
    }

    private static DataFile file(io.delta.kernel.data.Row scanned) {
        FileStatus status = InternalScanFileUtils.getAddFileStatus(scanned);
        return new DataFile(new Path(status.getPath()).getName(), status.getSize());
    }

    /** Writes what the log says so far into one file, which spares readers the reading of all commits. */
    void checkpoint() {
        String location = snapshot.getDataPath().toString();
        var unused = patiently(() -> {
            Table.forPath(engine, location).checkpoint(engine, snapshot.getVersion(engine));
            return location;
        });
    }

    /** All rows; see {@link #rows(List, Predicate, Function)}. */
    <T> List<T> rows(List<String> columns, Function<Row, T> mapper) {
        return rows(columns, file -> true, mapper);
    }

    /**
     * The rows of some files.
     *
     * @param columns wanted; those that the table does not have are left out
     * @param from which files
     * @param mapper what is kept of a row
     * @throws StudyFolderException where they cannot be read
     */
    <T> List<T> rows(List<String> columns, Predicate<DataFile> from, Function<Row, T> mapper) {
        return patiently(() -> read(columns, from, mapper));
    }

    private <T> T patiently(Patience.Call<T> call) {
        String location = snapshot.getDataPath().toString();
        try {
            return patience.call("read " + location, call);
        } catch (IOException | RuntimeException e) {
            throw unreadable(location, e);
        }
    }

    private static StudyFolderException unreadable(String location, Exception cause) {
        return new StudyFolderException(
                "cannot read the table " + location + " (" + StudyFolderException.reason(cause)
                        + "): check the folder, or go on under another study name",
                cause);
    }

    private <T> List<T> read(List<String> columns, Predicate<DataFile> from, Function<Row, T> mapper)
            throws IOException {
        StructType wanted = new StructType(Arrays.stream(schema.fields())
                .filter(field -> columns.contains(field.name()))
                .toArray(StructField[]::new));
        io.delta.kernel.types.StructType read = new io.delta.kernel.types.StructType();
        for (String column : wanted.fieldNames()) {
            read = read.add(snapshot.getSchema(engine).get(column));
        }
        Scan scan = snapshot.getScanBuilder(engine).withReadSchema(engine, read).build();
        List<T> rows = new ArrayList<>();
        try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine)) {
            while (files.hasNext()) {
                try (CloseableIterator<io.delta.kernel.data.Row> each =
                        files.next().getRows()) {
                    while (each.hasNext()) {
                        io.delta.kernel.data.Row file = each.next();
                        if (from.test(file(file))) {
                            read(scan.getScanState(engine), file, wanted, row -> rows.add(mapper.apply(row)));
                        }
                    }
                }
            }
        }
        return rows;
    }

    /** Reads one data file. */
    private void read(
            io.delta.kernel.data.Row state, io.delta.kernel.data.Row file, StructType wanted, Consumer<Row> rows)
            throws IOException {
        CloseableIterator<ColumnarBatch> physical = engine.getParquetHandler()
                .readParquetFiles(
                        Utils.singletonCloseableIterator(InternalScanFileUtils.getAddFileStatus(file)),
                        ScanStateRow.getPhysicalDataReadSchema(engine, state),
                        Optional.empty());
        try (CloseableIterator<FilteredColumnarBatch> batches =
                Scan.transformPhysicalData(engine, state, file, physical)) {
            while (batches.hasNext()) {
                add(batches.next(), wanted, rows);
            }
        }
    }

    private static void add(FilteredColumnarBatch batch, StructType wanted, Consumer<Row> rows) {
        ColumnarBatch data = batch.getData();
        Optional<ColumnVector> selected = batch.getSelectionVector();
        for (int row = 0; row < data.getSize(); row++) {
            if (isSelected(selected, row)) {
                Object[] values = new Object[wanted.size()];
                for (int column = 0; column < values.length; column++) {
                    values[column] = value(data.getColumnVector(column), row, wanted.fields()[column].dataType());
                }
                rows.accept(new GenericRowWithSchema(values, wanted));
            }
        }
    }

    private static boolean isSelected(Optional<ColumnVector> selected, int row) {
        return selected.map(each -> !each.isNullAt(row) && each.getBoolean(row)).orElse(true);
    }

    /** A value as Spark's rows hold it. */
    private static @Nullable Object value(ColumnVector column, int row, DataType type) {
        if (column.isNullAt(row)) {
            return null;
        }
        if (type instanceof ArrayType list) {
            ColumnVector elements = column.getArray(row).getElements();
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < column.getArray(row).getSize(); i++) {
                values.add(value(elements, i, list.elementType()));
            }
            return JavaConverters.asScalaBuffer(values).toList();
        }
        if (type instanceof MapType map) {
            var entries = column.getMap(row);
            Map<@Nullable Object, @Nullable Object> values = new LinkedHashMap<>();
            for (int i = 0; i < entries.getSize(); i++) {
                values.put(value(entries.getKeys(), i, map.keyType()), value(entries.getValues(), i, map.valueType()));
            }
            return JavaConverters.mapAsScalaMap(values);
        }
        return plain(column, row, type);
    }

    private static Object plain(ColumnVector column, int row, DataType type) {
        if (type.equals(DataTypes.StringType)) {
            return column.getString(row);
        }
        if (type.equals(DataTypes.IntegerType)) {
            return column.getInt(row);
        }
        if (type.equals(DataTypes.LongType)) {
            return column.getLong(row);
        }
        if (type.equals(DataTypes.DoubleType)) {
            return column.getDouble(row);
        }
        if (type.equals(DataTypes.BooleanType)) {
            return column.getBoolean(row);
        }
        if (type.equals(DataTypes.TimestampType)) {
            return DateTimeUtils.toJavaTimestamp(column.getLong(row));
        }
        throw new IllegalStateException("result tables have no columns of type " + type.simpleString());
    }
}
