package espalier.table;

import espalier.text.FirstLine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Appends rows to the tables of one study, from any number of threads. One thread of its own writes what has gathered since
 * its last write, one commit for each table, so that callers never wait. A row whose key the table has already is left out:
 * a trial that ran twice, or a resumed study, leaves one row, the first.
 *
 * <p>A write that fails is tried again for as long as the folder's {@link Patience} lasts; after that every call throws a one-line
 * {@link StudyFolderException} that says how many rows were not written.
 */
public final class TableWriter implements AutoCloseable {
    private final String study;
    private final Map<ResultTable, TableAppender> tables = new EnumMap<>(ResultTable.class);
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread writer = new Thread(task, "table-writer");
        writer.setDaemon(true);
        return writer;
    });

    private final Object monitor = new Object();
    private List<ResultRow> waiting = new ArrayList<>();
    private boolean closed;
    private @Nullable StudyFolderException failure;

    TableWriter(String study, TableAppender.Permit permit, Patience patience, Function<ResultTable, RowStore> storeOf) {
        this.study = study;
        for (ResultTable table : ResultTable.values()) {
            tables.put(table, new TableAppender(table, storeOf.apply(table), permit, patience));
        }
    }

    /**
     * Opens the tables of a study for writing, and reads the keys of the rows that are there.
     *
     * @param session a session built with {@link SparkTables#configure}
     * @param lock the study's lock, to be closed after the writer
     * @throws StudyFolderException where the tables cannot be written by this version
     */
    public static TableWriter open(SparkSession session, StudyFolder folder, StudyLock lock) {
        SparkTables.requireConfigured(session);
        return new TableWriter(
                folder.name(),
                lock::requireHeld,
                folder.patience(),
                table -> new DeltaRowStore(session, folder, table));
    }

    /**
     * Hands over a row and returns at once; {@link #flush()} tells when it is durable.
     *
     * @throws IllegalArgumentException where the row is of another study
     * @throws StudyFolderException where an earlier write failed for good
     */
    public void append(ResultRow row) {
        if (!row.study().equals(study)) {
            throw new IllegalArgumentException(
                    "study of the row is '" + row.study() + "': this writer takes rows of '" + study + "' only");
        }
        synchronized (monitor) {
            requireUsable();
            waiting.add(row);
            if (waiting.size() == 1) {
                thread.execute(this::writeWaiting);
            }
        }
    }

    /**
     * Waits until all rows that were handed over are durable.
     *
     * @throws StudyFolderException where a write failed for good
     */
    public void flush() {
        onWriterThread(this::writeWaiting);
    }

    /**
     * Makes all rows durable and merges small files, at the end of a round; where they become many, they are merged before. Merging deletes nothing: older
     * versions of a table stay readable. Where it fails, that is logged and the small files stay.
     *
     * @throws StudyFolderException where a write failed for good
     */
    public void compact() {
        onWriterThread(() -> {
            writeWaiting();
            tables.values().forEach(TableAppender::compact);
        });
    }

    /**
     * Makes all rows durable and ends the writer; doing so twice is fine.
     *
     * @throws StudyFolderException where a write failed for good
     */
    @Override
    public void close() {
        synchronized (monitor) {
            if (closed) {
                return;
            }
        }
        try {
            flush();
        } finally {
            synchronized (monitor) {
                closed = true;
            }
            thread.shutdown();
        }
    }

    private void onWriterThread(Runnable work) {
        synchronized (monitor) {
            requireUsable();
        }
        CompletableFuture.runAsync(work, thread).join();
        synchronized (monitor) {
            requireUsable();
        }
    }

    private void requireUsable() {
        if (failure != null) {
            throw new StudyFolderException(FirstLine.of(failure), failure);
        }
        if (closed) {
            throw new IllegalStateException("the writer of study " + study + " is closed: open another one");
        }
    }

    private void writeWaiting() {
        List<ResultRow> group = takeWaiting();
        if (group.isEmpty()) {
            return;
        }
        int left = group.size();
        try {
            for (Map.Entry<ResultTable, TableAppender> entry : tables.entrySet()) {
                List<ResultRow> rows = group.stream()
                        .filter(row -> ResultTable.of(row.getClass()) == entry.getKey())
                        .toList();
                entry.getValue().write(rows);
                left -= rows.size();
            }
        } catch (Throwable e) { // an error too: rows must not vanish with a dead thread
            fail(left, e);
        }
    }

    private List<ResultRow> takeWaiting() {
        synchronized (monitor) {
            List<ResultRow> group = failure == null ? waiting : List.of();
            waiting = failure == null ? new ArrayList<>() : waiting;
            return group;
        }
    }

    private void fail(int rows, Throwable cause) {
        synchronized (monitor) {
            failure = new StudyFolderException(
                    "cannot write the tables of study " + study + " (" + StudyFolderException.reason(cause)
                            + "); rows not written: " + (rows + waiting.size())
                            + "; mend the output folder and resume the study",
                    cause);
        }
    }
}
