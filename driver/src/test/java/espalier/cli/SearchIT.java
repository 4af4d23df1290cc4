package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.cluster.DriverProcess;
import espalier.config.StudyConfig;
import espalier.config.StudyConfigReader;
import espalier.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A whole small study through a real Spark, as a user runs it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SearchIT {
    private Path folder = Path.of("");
    private Path config = Path.of("");
    private String output = "";

    @BeforeAll
    void prepare(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Program.useLocalSpark(folder);
        config = SmallStudy.write(
                folder,
                "search.rounds=2",
                "search.trials-per-round=8",
                "search.negated-share=0.25",
                "training.base.epochs=2",
                "training.base.seeds=2",
                "training.retrain.seeds=2",
                "refine.when=always",
                "refine.draws=500");
        output = folder.resolve("results").toString();
    }

    @AfterAll
    void cleanUp() {
        System.clearProperty("spark.master");
    }

    @Test
    @Order(1)
    void runsToItsWinnerAndFillsTheTables() {
        Program search = Program.run("search", config.toString(), "--output", output);
        assertThat(search.errors()).isEmpty();
        assertThat(search.exitCode()).isZero();
        assertThat(search.out()).contains("winner: ").contains("refined space: ");
        assertThat(sql("SELECT round, population, count(*) AS n, count(drop) AS drops FROM trials"
                        + " GROUP BY round, population ORDER BY round, population"))
                .containsExactly(
                        "round,population,n,drops",
                        "0,original,2,2",
                        "1,initial,8,8",
                        "2,negated,2,2",
                        "2,refined,6,6",
                        "3,final,10,10");
        assertThat(sql("SELECT count(DISTINCT status), min(status) FROM trials").get(1))
                .isEqualTo("1,COMPLETED");
        assertThat(sql("SELECT count(*) FROM refinements").get(1)).isEqualTo("4");
        assertThat(sql("SELECT count(*) FROM winners WHERE chosen AND test_accuracy IS NOT NULL")
                        .get(1))
                .isEqualTo("1");
        assertThat(sql("SELECT count(*) FROM rungs WHERE rung = 1").get(1)).isEqualTo("28");
    }

    @Test
    @Order(2)
    void runningItAgainChangesNothing() {
        List<String> before = trials("small");
        Program again = Program.run("search", config.toString(), "--output", output, "--resume");
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).contains("round 1: 8 of 8 tasks were done before");
        assertThat(trials("small")).isEqualTo(before);
    }

    @Test
    @Order(3)
    void refinedSpaceRunsAgainFromItsConfiguration() {
        Path refined = Path.of(output, "small", "refined", "round-2.yaml");
        StudyConfig parsed = StudyConfigReader.read(refined);
        assertThat(parsed.parent()).isEqualTo("small/round-2");
        assertThat(parsed.space().mcb().isAny()).isFalse();
        Program search = Program.run(
                "search", refined.toString(), "--set", "search.rounds=1", "--set", "search.trials-per-round=4");
        assertThat(search.errors()).isEmpty();
        assertThat(search.exitCode()).isZero();
        assertThat(sql("SELECT count(*) FROM trials WHERE study = 'small-r2' AND round = 1 AND mcb BETWEEN "
                                + parsed.space().mcb().low() + " AND "
                                + parsed.space().mcb().high())
                        .get(1))
                .isEqualTo("4");
        // The original network is the same one, trained from the same seeds.
        assertThat(sql("SELECT count(DISTINCT accuracy_fine_tuned) FROM trials WHERE trial_id = 'original-1'")
                        .get(1))
                .isEqualTo("1");
    }

    @Test
    @Order(4)
    void winnerIsRestoredByDeeplearning4jAlone() throws IOException {
        Path zip = folder.resolve("winner.zip");
        Program export = Program.run("export", "small", "--to", zip.toString(), "--output", output);
        assertThat(export.exitCode()).isZero();
        ComputationGraph network = ModelSerializer.restoreComputationGraph(zip.toFile());
        assertThat(network.getConfiguration().toJson()).doesNotContain("espalier");
        assertThat(network.numParams()).isPositive();
        assertThat(Files.readString(Path.of(output, "small", "networks", "winner.json")))
                .contains("\"channels\"");
        Path onnx = folder.resolve("winner.onnx");
        assertThat(Program.run("export", "small", "--to", onnx.toString(), "--output", output)
                        .exitCode())
                .isZero();
        assertThat(OnnxReader.read(onnx).graph().numParams()).isEqualTo(network.numParams());
    }

    @Test
    @Order(5)
    void aTrialsNetworkIsMadeAgainFromItsSeed() throws IOException {
        Path zip = folder.resolve("trial.zip");
        Program export = Program.run("export", "small", "round-1-0003", "--to", zip.toString(), "--output", output);
        assertThat(export.errors()).isEmpty();
        assertThat(ModelSerializer.restoreComputationGraph(zip.toFile()).numParams())
                .isPositive();
        Program unknown = Program.run("export", "small", "round-9-0001", "--to", zip.toString(), "--output", output);
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.errors().get(0)).contains("study small has no trial 'round-9-0001'");
    }

    @Test
    @Order(6)
    void refineWorksTheSameSpaceOutAgain() {
        Program refine = Program.run("refine", config.toString(), "--output", output);
        assertThat(refine.exitCode()).isZero();
        StudyConfig again = StudyConfigReader.read(refine.out(), "refine", Map.of());
        StudyConfig written = StudyConfigReader.read(Path.of(output, "small", "refined", "round-2.yaml"));
        assertThat(again.space()).isEqualTo(written.space());
    }

    @Test
    @Order(7)
    void oneCoreMakesTheSameTableAsTwo() {
        System.setProperty("spark.master", "local[1]");
        try {
            String other = folder.resolve("one-core").toString();
            Program search = Program.run("search", config.toString(), "--output", other);
            assertThat(search.exitCode()).isZero();
            List<String> two = trials("small");
            String before = output;
            output = other;
            assertThat(trials("small")).isEqualTo(two);
            output = before;
        } finally {
            System.setProperty("spark.master", "local[2]");
        }
    }

    @Test
    @Order(8)
    void aKilledExecutorChangesNothing() throws Exception {
        String other = folder.resolve("killed").toString();
        try (DriverProcess search = DriverProcess.start(
                folder.resolve("spark"),
                Map.of("spark.master", "local-cluster[2,1,1024]"),
                "search",
                config.toString(),
                "--output",
                other)) {
            search.awaitLine("original network: validation accuracy");
            TimeUnit.SECONDS.sleep(2);
            assertThat(search.children().get(0).destroyForcibly()).isTrue();
            assertThat(search.exitCode()).as(search.log()).isZero();
            assertThat(search.log()).contains("Lost executor");
        }
        List<String> undisturbed = trials("small");
        List<String> decisions = decisions();
        String before = output;
        output = other;
        assertThat(trials("small")).isEqualTo(undisturbed);
        assertThat(decisions()).isEqualTo(decisions);
        output = before;
    }

    @Test
    @Order(9)
    void anOutputThatBelongsToAnotherStudyIsLeftAlone() {
        List<String> before = trials("small");
        Program other = Program.run("search", config.toString(), "--output", output, "--set", "seed=4");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.errors()).hasSize(1);
        assertThat(other.errors().get(0))
                .contains("belongs to another study (seed: 3 -> 4); give another study name or --output");
        assertThat(trials("small")).isEqualTo(before);
    }

    private List<String> trials(String study) {
        return sql("SELECT trial_id, population, recipe_id, widths, accuracy_pruned, accuracy_recalibrated,"
                + " accuracy_fine_tuned, drop, seed, status FROM trials WHERE study = '" + study
                + "' ORDER BY trial_id");
    }

    private List<String> decisions() {
        return sql("SELECT * FROM refinements WHERE study = 'small' ORDER BY round, quantity");
    }

    private List<String> sql(String query) {
        Program program = Program.run("sql", query, "--output", output, "--format", "csv");
        assertThat(program.errors()).isEmpty();
        assertThat(program.exitCode()).isZero();
        return program.out().lines().toList();
    }
}
