package espalier.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Appends to one table the rows that it does not have yet, and is patient with a file system that fails for a while. */
final class TableAppender {
    private final ResultTable table;
    private final RowStore store;
    private final Permit permit;
    private final Patience patience;
    private final Set<List<Object>> keys;

    /** The right to write, which may be lost while a file system is away. */
    @FunctionalInterface
    interface Permit {
        /**
         * Returns where it is held.
         *
         * @throws IOException where that cannot be told
         * @throws StudyFolderException where it is lost
         */
        void require() throws IOException;
    }

    /** @param permit looked at before each attempt */
    TableAppender(ResultTable table, RowStore store, Permit permit, Patience patience) {
        this.table = table;
        this.store = store;
        this.permit = permit;
        this.patience = patience;
        this.keys = new HashSet<>(store.keys());
    }

    /** Adds those rows whose key is new, all or none; of two with the same key the first counts. */
    void write(List<ResultRow> rows) throws IOException {
        Set<List<Object>> added = new HashSet<>();
        List<ResultRow> fresh = new ArrayList<>();
        for (ResultRow row : rows) {
            List<Object> key = table.keyOf(row);
            if (!keys.contains(key) && added.add(key)) {
                fresh.add(row);
            }
        }
        if (!fresh.isEmpty()) {
            String what = "write %d rows of table %s".formatted(fresh.size(), table.tableName());
            var unused = patience.call(what, () -> {
                permit.require();
                store.append(fresh);
                return fresh;
            });
            keys.addAll(added);
        }
    }

    void compact() {
        store.compact();
    }
}
