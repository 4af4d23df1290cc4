package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.cluster.DriverProcess;
import espalier.cluster.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One study twice through a real Spark: all trials trained to the end, and stopped early. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoppingIT {
    private Path folder = Path.of("");
    private Path config = Path.of("");

    @BeforeAll
    void prepare(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Program.useLocalSpark(folder);
        config = SmallStudy.write(folder, "training.fine-tune.epochs=4");
    }

    @AfterAll
    void cleanUp() {
        System.clearProperty("spark.master");
    }

    @Test
    @Order(1)
    void whatTrialsShowRungByRungIsWhatTheyShowInOneGo() {
        search("whole");
        search("stopped", "--set", "stopping.rule=halving", "--set", "stopping.eta=2");
        Map<String, String> whole = trials("whole");
        Map<String, String> stopped = trials("stopped");
        assertThat(stopped).hasSize(12);
        Map<String, String> ended = stopped.entrySet().stream()
                .filter(row -> row.getValue().endsWith(",4"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(ended).hasSizeBetween(1, 6);
        ended.forEach((id, row) -> assertThat(row).isEqualTo(whole.get(id)));
        assertThat(query("stopped", "SELECT DISTINCT epochs FROM rungs WHERE trial_id LIKE 'round%' ORDER BY 1"))
                .containsExactly("0", "1", "2", "4");
        // Nobody had to do again what a checkpoint held.
        assertThat(query(
                        "stopped",
                        "SELECT count(*) FROM rungs WHERE rung > 1 AND array_contains(map_keys(seconds_by_stage), 'inheritweights')"
                                + " AND trial_id LIKE 'round%'"))
                .containsExactly("0");
        assertThat(folder.resolve("stopped/small/checkpoints")).doesNotExist();
    }

    @Test
    @Order(2)
    void aTrialThatWasStoppedIsExportedAsItWas() {
        String stopped = query("stopped", "SELECT min(trial_id) FROM trials WHERE epochs = 1")
                .get(0);
        Program export = Program.run(
                "export",
                "small",
                stopped,
                "--to",
                folder.resolve("trial.zip").toString(),
                "--output",
                output("stopped"));
        assertThat(export.errors()).isEmpty();
        assertThat(export.exitCode()).isZero();
    }

    @Test
    @Order(3)
    void aStudyThatLosesItsDriverAndItsCheckpointsComesToTheSame() throws Exception {
        Path checkpoints = folder.resolve("killed/small/checkpoints");
        String[] arguments = {
            "search",
            config.toString(),
            "--output",
            output("killed"),
            "--set",
            "stopping.rule=halving",
            "--set",
            "stopping.eta=2"
        };
        try (DriverProcess driver =
                DriverProcess.start(folder.resolve("driver"), Map.of("spark.master", "local[2]"), arguments)) {
            StandaloneCluster.await(
                    "checkpoints", () -> Optional.of(files(checkpoints)).filter(files -> files.size() >= 4));
            driver.kill();
        }
        List<Path> left = files(checkpoints);
        Files.delete(left.get(0));
        Files.write(left.get(1), new byte[1000]);
        search("killed", "--set", "stopping.rule=halving", "--set", "stopping.eta=2");
        assertThat(trials("killed")).isEqualTo(trials("stopped"));
    }

    /** Checkpoints that are whole. */
    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private void search(String name, String... more) {
        List<String> arguments = new ArrayList<>(List.of("search", config.toString(), "--output", output(name)));
        arguments.addAll(List.of(more));
        Program search = Program.run(arguments.toArray(String[]::new));
        assertThat(search.errors()).isEmpty();
        assertThat(search.exitCode()).isZero();
    }

    private Map<String, String> trials(String name) {
        Map<String, String> rows = new HashMap<>();
        query(
                        name,
                        "SELECT trial_id, recipe_id, accuracy_pruned, accuracy_recalibrated, accuracy_fine_tuned, drop, epochs"
                                + " FROM trials WHERE round = 1")
                .forEach(row -> rows.put(row.substring(0, row.indexOf(',')), row));
        return rows;
    }

    private List<String> query(String name, String sql) {
        Program program = Program.run("sql", sql, "--output", output(name), "--format", "csv");
        assertThat(program.errors()).isEmpty();
        List<String> lines = program.out().lines().toList();
        return lines.subList(1, lines.size());
    }

    private String output(String name) {
        return folder.resolve(name).toString();
    }
}
