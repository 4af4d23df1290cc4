package espalier.search;

import espalier.table.ResultRow;
import java.util.List;

/** Where a study's results are kept: rows in tables, and files beside them. */
public interface StudyStore {

    /** The rows of one table, those of earlier runs of the study included; none where it was not written yet. */
    <R extends Record & ResultRow> List<R> rows(Class<R> rowType);

    /** Keeps a row. Returns at once; a row that is there already is not written twice. */
    void append(ResultRow row);

    /** Waits until everything appended is safe. */
    void flush();

    /** Merges small files, at the end of a round. */
    void compact();

    boolean exists(String file);

    /** Writes a file of the study, whole or not at all. */
    void write(String file, byte[] content);

    byte[] read(String file);

    /** Deletes a file, or a folder with all that is in it; one that is not there is fine. */
    void delete(String file);

    /** Where a file of the study lies, for the user. */
    String location(String file);
}
