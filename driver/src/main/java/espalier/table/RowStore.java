package espalier.table;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Where the rows of one table are kept. One thread uses it. */
interface RowStore {

    /** The keys of all rows that are there, as {@link ResultTable#keyOf} gives them. */
    Set<List<Object>> keys();

    /**
     * Adds rows, all or none. After a failure the same call may be repeated: rows that had arrived all the same are not added
     * again.
     */
    void append(List<ResultRow> rows) throws IOException;

    /** Merges small files, where there are enough of them; where that fails it is logged. */
    void compact();
}
