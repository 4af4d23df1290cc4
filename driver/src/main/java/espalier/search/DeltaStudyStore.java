package espalier.search;

import espalier.table.ResultRow;
import espalier.table.StudyFolder;
import espalier.table.TableReader;
import espalier.table.TableWriter;
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
    public <R extends Record & ResultRow> List<R> rows(Class<R> rowType) {
        return reader.rows(rowType);
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
    public void delete(String file) {
        folder.delete(file);
    }

    @Override
    public String location(String file) {
        return folder.location(file);
    }
}
