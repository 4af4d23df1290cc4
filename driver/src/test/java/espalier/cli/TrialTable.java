package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.cluster.StandaloneCluster;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** What a study named {@code small} has written to its table of trials, on any file system. */
final class TrialTable {
    private final String output;

    /** @param output folder of the studies, a local path or a URI */
    TrialTable(String output) {
        this.output = output;
    }

    /** Waits until that many trials, originals among them, stand in the table. */
    void await(int count) throws IOException, InterruptedException {
        StandaloneCluster.await(count + " trials", () -> Optional.of(commits()).filter(commits -> commits >= count));
    }

    /** Waits for another trial. */
    double secondsToNext() throws IOException, InterruptedException {
        long before = commits();
        long start = System.nanoTime();
        StandaloneCluster.await("another trial", () -> Optional.of(commits()).filter(commits -> commits > before));
        return (System.nanoTime() - start) / 1e9;
    }

    /** Commits to the table: each holds one trial or more. */
    private long commits() throws IOException {
        Path log = new Path(output, "small/tables/trials/_delta_log");
        try {
            return Arrays.stream(log.getFileSystem(new Configuration()).listStatus(log))
                    .filter(file -> file.getPath().getName().endsWith(".json"))
                    .count();
        } catch (FileNotFoundException e) {
            return 0;
        }
    }

    /** All that follows from a trial's seed, and why it failed if it did, by its id. */
    Map<String, String> rows() {
        Map<String, String> rows = new HashMap<>();
        query(
                        "SELECT trial_id, population, recipe_id, accuracy_pruned, accuracy_recalibrated, accuracy_fine_tuned, drop,"
                                + " seed, status, reason FROM trials")
                .forEach(row -> rows.put(row.substring(0, row.indexOf(',')), row));
        return rows;
    }

    /** Rows that stand twice. */
    int doubled() {
        return query("SELECT trial_id FROM trials").size() - rows().size();
    }

    /** Trials that another table has and this one has not; finals may differ. */
    int lost(Map<String, String> others) {
        Set<String> lost = searched(others);
        lost.removeAll(rows().keySet());
        return lost.size();
    }

    /** Ids of trials that the search itself consists of. */
    static Set<String> searched(Map<String, String> rows) {
        return rows.keySet().stream().filter(id -> !id.startsWith("final")).collect(Collectors.toSet());
    }

    /** The lines of a query's result. */
    List<String> query(String sql) {
        Program program = Program.run("sql", sql, "--output", output, "--format", "csv");
        assertThat(program.errors()).isEmpty();
        List<String> lines = program.out().lines().toList();
        return lines.subList(1, lines.size());
    }
}
