package espalier.table;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends to one table the rows that it does not have yet, and is patient with a file system that fails for a while. */
final class TableAppender {
    private static final Logger LOG = LoggerFactory.getLogger(TableAppender.class);
    private static final int ATTEMPTS = 6;

    private final ResultTable table;
    private final RowStore store;
    private final Duration firstPause;
    private final Set<List<Object>> keys;

    /**
     * @param firstPause how long to wait after a first failure; each later pause is twice as long
     */
    TableAppender(ResultTable table, RowStore store, Duration firstPause) {
        this.table = table;
        this.store = store;
        this.firstPause = firstPause;
        this.keys = new HashSet<>(store.keys());
    }

    /** Adds those rows whose key is new, all or none; of two with the same key the first counts. */
    void write(List<ResultRow> rows) throws IOException {
        Set<List<Object>> added = new HashSet<>();
        List<ResultRow> fresh = rows.stream()
                .filter(row -> !keys.contains(table.keyOf(row)) && added.add(table.keyOf(row)))
                .toList();
        if (!fresh.isEmpty()) {
            appendPatiently(fresh);
            keys.addAll(added);
        }
    }

    void compact() {
        store.compact();
    }

    private void appendPatiently(List<ResultRow> rows) throws IOException {
        Duration pause = firstPause;
        for (int attempt = 1; ; attempt++) {
            try {
                store.append(rows);
                return;
            } catch (IOException | RuntimeException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                LOG.warn(
                        "cannot write {} rows of table {}, attempt {} of {}: {}",
                        rows.size(),
                        table.tableName(),
                        attempt,
                        ATTEMPTS,
                        StudyFolderException.reason(e));
                sleep(pause);
                pause = pause.multipliedBy(2);
            }
        }
    }

    private static void sleep(Duration pause) throws IOException {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting to try again", e);
        }
    }
}
