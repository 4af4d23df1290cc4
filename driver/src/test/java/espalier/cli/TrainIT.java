package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.cluster.DriverProcess;
import espalier.cluster.StandaloneCluster;
import espalier.dl4j.NetworkFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One network at a time: in one process, on all threads of one, and on a cluster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainIT {
    private Path folder = Path.of("");
    private Path config = Path.of("");

    @BeforeAll
    void prepare(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Program.useLocalSpark(folder);
        config = SmallStudy.write(
                folder,
                "search.trials-per-round=2",
                "training.base.epochs=3",
                "training.base.learning-rate=0.05",
                "training.retrain.epochs=2");
    }

    @AfterAll
    void cleanUp() {
        System.clearProperty("spark.master");
    }

    @Test
    void oneProcessTrainsTheOriginalAsTheStudyDoes() throws IOException {
        Program search = Program.run(
                "search",
                config.toString(),
                "--output",
                folder.resolve("results").toString());
        assertThat(search.errors()).isEmpty();
        Program train = train("alone.zip");
        assertThat(train.out()).contains("trained 3 epochs in ", ": validation accuracy ", ", test accuracy ");
        assertThat(weights(folder.resolve("alone.zip")))
                .isEqualTo(weights(folder.resolve("results/small/networks/original-1.zip")));
        // And what comes of it is a network to go on with.
        train("further.zip", "--network", folder.resolve("alone.zip").toString());
        assertThat(weights(folder.resolve("further.zip"))).isNotEqualTo(weights(folder.resolve("alone.zip")));
    }

    @Test
    void aClusterTrainsWhatItsThreadsWouldTrain() throws Exception {
        Program local = train("threads.zip", "--distributed", "--workers", "2", "--averaging-frequency", "3");
        assertThat(local.out())
                .contains(
                        "2 workers, steps of 16 images together, weights averaged every 3 steps",
                        "epoch 3 of 3: loss ");
        try (StandaloneCluster cluster = StandaloneCluster.start(folder.resolve("cluster"))) {
            cluster.addWorker();
            cluster.addWorker();
            Map<String, String> settings = Map.of("spark.master", cluster.url(), "spark.executor.cores", "1");
            String[] command =
                    arguments("cluster.zip", "--distributed", "--workers", "2", "--averaging-frequency", "3");
            try (DriverProcess train = DriverProcess.start(cluster.home(), settings, command)) {
                assertThat(train.exitCode()).as(train.log()).isZero();
            }
        }
        assertThat(weights(folder.resolve("cluster.zip"))).isEqualTo(weights(folder.resolve("threads.zip")));
    }

    @Test
    void aTrainingThatDivergesIsOneLineAndNoFile() {
        for (List<String> how : List.of(List.<String>of(), List.of("--distributed"))) {
            List<String> more = new ArrayList<>(how);
            more.addAll(List.of("--set", "training.base.learning-rate=100"));
            Program train = Program.run(arguments("diverged.zip", more.toArray(String[]::new)));
            assertThat(train.exitCode()).isEqualTo(1);
            assertThat(train.errors())
                    .singleElement()
                    .asString()
                    .startsWith("espalier: training failed: diverged: loss ")
                    .endsWith("lower the learning rate");
            assertThat(folder.resolve("diverged.zip")).doesNotExist();
        }
    }

    private Program train(String file, String... more) {
        Program train = Program.run(arguments(file, more));
        assertThat(train.errors()).isEmpty();
        assertThat(train.exitCode()).isZero();
        assertThat(train.out()).contains(folder.resolve(file) + " (");
        return train;
    }

    private String[] arguments(String file, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("train", config.toString(), "--to", folder.resolve(file).toString()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private static INDArray weights(Path zip) throws IOException {
        return NetworkFiles.read(Files.readAllBytes(zip), zip.toString()).params();
    }
}
