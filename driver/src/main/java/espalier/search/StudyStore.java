package espalier.search;

import espalier.table.ResultRow;
import espalier.table.StudyRow;
import espalier.table.TrialRow;
import espalier.table.WinnerRow;
import java.util.List;

/** Where a study's results are kept: rows in tables, and files beside them. */
public interface StudyStore {

    /** What an earlier run of the study wrote down about it. */
    List<StudyRow> studies();

    /** The trials that earlier runs of the study have finished. */
    List<TrialRow> trials();

    /** The final of an earlier run; empty where it was not reached. */
    List<WinnerRow> winners();

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

    /** Where a file of the study lies, for the user. */
    String location(String file);
}
