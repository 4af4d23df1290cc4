package espalier.search;

import espalier.table.ResultRow;
import espalier.table.TrialRow;
import espalier.table.WinnerRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A study's results in memory. */
final class MemoryStore implements StudyStore {
    private final List<ResultRow> rows = new ArrayList<>();
    private final Map<String, byte[]> files = new HashMap<>();

    <R extends ResultRow> List<R> rows(Class<R> type) {
        return rows.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** As if the trials that failed had never been written. */
    void forgetFailed() {
        rows.removeIf(row -> row instanceof TrialRow trial && trial.reason() != null);
    }

    @Override
    public List<TrialRow> trials() {
        return rows(TrialRow.class);
    }

    @Override
    public List<WinnerRow> winners() {
        return rows(WinnerRow.class);
    }

    @Override
    public void append(ResultRow row) {
        rows.add(row);
    }

    @Override
    public void flush() {}

    @Override
    public void compact() {}

    @Override
    public boolean exists(String file) {
        return files.containsKey(file);
    }

    @Override
    public void write(String file, byte[] content) {
        files.put(file, content);
    }

    @Override
    public byte[] read(String file) {
        return Objects.requireNonNull(files.get(file), file);
    }

    @Override
    public String location(String file) {
        return "memory/" + file;
    }
}
