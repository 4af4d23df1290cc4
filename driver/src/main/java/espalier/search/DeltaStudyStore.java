package espalier.search;

import espalier.table.ResultRow;
import espalier.table.StudyFolder;
import espalier.table.StudyRow;
import espalier.table.TableReader;
import espalier.table.TableWriter;
import espalier.table.TrialRow;
import espalier.table.WinnerRow;
import java.util.List;

/** A study's results in its folder: Delta tables and files. */
public final class DeltaStudyStore implements StudyStore {
    private final StudyFolder folder;
    private final TableReader reader;
    private final TableWriter writer;

    /** A store over a study's folder; the caller closes the writer. */
    public DeltaStudyStore(StudyFolder folder, TableReader reader, TableWriter writer) {
        this.folder = folder;
        this.reader = reader;
        this.writer = writer;
    }

    @Override
    public List<StudyRow> studies() {
        return reader.rows(StudyRow.class);
    }

    @Override
    public List<TrialRow> trials() {
        return reader.rows(TrialRow.class);
    }

    @Override
    public List<WinnerRow> winners() {
        return reader.rows(WinnerRow.class);
    }

    @Override
    public void append(ResultRow row) {
        writer.append(row);
    }

    @Override
    public void flush() {
        writer.flush();
    }

    @Override
    public void compact() {
        writer.compact();
    }

    @Override
    public boolean exists(String file) {
        return folder.exists(file);
    }

    @Override
    public void write(String file, byte[] content) {
        folder.write(file, content);
    }

    @Override
    public byte[] read(String file) {
        return folder.readBytes(file);
    }

    @Override
    public String location(String file) {
        return folder.location() + "/" + file;
    }
}
