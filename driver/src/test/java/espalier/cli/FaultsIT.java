package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.cluster.DriverProcess;
import espalier.cluster.ExecutorDebugger;
import espalier.cluster.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Studies on a standalone cluster of processes, into which real faults are injected. Each one's tables are compared with those of a study that
 * nothing disturbed.
 */
@Tag("faults")
@Timeout(value = 8, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {
    @RegisterExtension
    static final FaultLedger LEDGER = FaultLedger.SHARED;

    private Path folder = Path.of("");
    private Path config = Path.of("");
    private Map<String, String> undisturbed = Map.of();

    @BeforeAll
    void runAStudyThatNothingDisturbs(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Program.useLocalSpark(folder);
        config = SmallStudy.write(
                folder,
                "data.synthetic.size=16",
                "data.synthetic.train-images=480",
                "network.width=8",
                "search.time-limit=20",
                "training.base.epochs=2",
                "training.fine-tune.epochs=4");
        Program search = Program.run("search", config.toString(), "--output", output("undisturbed"));
        assertThat(search.exitCode()).as(search.errors().toString()).isZero();
        undisturbed = new TrialTable(output("undisturbed")).rows();
    }

    @AfterAll
    void cleanUp() {
        System.clearProperty("spark.master");
    }

    @Test
    void executorsAreKilled(TestInfo test) throws Exception {
        try (StandaloneCluster cluster = cluster(test, 2);
                DriverProcess search = search(cluster, Map.of())) {
            double slowest = 0;
            for (int kill = 0; kill < 3; kill++) {
                trials(cluster).await(2 + 3 * kill);
                longestAtWork(cluster).destroyForcibly();
                slowest = Math.max(slowest, trials(cluster).secondsToNext());
            }
            assertThat(search.exitCode()).as(search.log()).isZero();
            int lost = search.log().split("Lost executor", -1).length - 1;
            assertThat(lost).isEqualTo(3);
            check("an executor is killed", lost, cluster, slowest);
        }
    }

    @Test
    void driversAreKilled(TestInfo test) throws Exception {
        try (StandaloneCluster cluster = cluster(test, 2)) {
            for (int kill = 0; kill < 2; kill++) {
                try (DriverProcess search = search(cluster, Map.of())) {
                    trials(cluster).await(1 + 5 * kill);
                    search.kill();
                }
            }
            try (DriverProcess search = search(cluster, Map.of())) {
                double seconds = trials(cluster).secondsToNext();
                assertThat(search.exitCode()).as(search.log()).isZero();
                check("the driver is killed", 2, cluster, seconds);
            }
        }
    }

    @Test
    void driversAreToldToStop(TestInfo test) throws Exception {
        try (StandaloneCluster cluster = cluster(test, 2)) {
            try (DriverProcess search = search(cluster, Map.of())) {
                trials(cluster).await(4);
                search.stop();
                assertThat(search.exitCode()).isEqualTo(143);
                assertThat(search.log())
                        .contains("espalier: stopped; what is done is kept: run the same command again to go on");
                assertThat(Path.of(output(cluster), "small", "LOCK")).doesNotExist();
            }
            try (DriverProcess search = search(cluster, Map.of())) {
                double seconds = trials(cluster).secondsToNext();
                assertThat(search.exitCode()).as(search.log()).isZero();
                check("the driver is told to stop", 1, cluster, seconds);
            }
        }
    }

    @Test
    void aMachineLeavesAndAnotherJoins(TestInfo test) throws Exception {
        try (StandaloneCluster cluster = cluster(test, 1)) {
            Process first = cluster.addWorker();
            try (DriverProcess search = search(cluster, Map.of())) {
                trials(cluster).await(2);
                List<ProcessHandle> before = cluster.executors();
                first.children().forEach(ProcessHandle::destroyForcibly);
                first.destroyForcibly();
                cluster.addWorker();
                double seconds = trials(cluster).secondsToNext();
                cluster.awaitExecutor(before);
                assertThat(search.exitCode()).as(search.log()).isZero();
                check("a machine leaves, and another joins", 1, cluster, seconds);
            }
            assertThat(trials(cluster).query("SELECT DISTINCT executor FROM trials"))
                    .anyMatch(executor -> executor.endsWith("/2"));
        }
    }

    @Test
    void tasksRunTwice(TestInfo test) throws Exception {
        Map<String, String> speculation = Map.of(
                "spark.speculation", "true",
                "spark.speculation.interval", "100ms",
                "spark.speculation.minTaskRuntime", "100ms",
                "spark.speculation.task.duration.threshold", "500ms",
                "spark.executor.heartbeatInterval", "5s");
        try (StandaloneCluster cluster = cluster(test, 2);
                DriverProcess search = search(cluster, speculation)) {
            assertThat(search.exitCode()).as(search.log()).isZero();
            int twice = search.log().split("another attempt succeeded", -1).length - 1;
            assertThat(twice).isPositive();
            check("a task runs twice (speculation)", twice, cluster, Double.NaN);
        }
    }

    @Test
    void aTrialHangs(TestInfo test) throws Exception {
        Map<String, String> settings = new HashMap<>(ExecutorDebugger.SETTINGS);
        settings.put("spark.espalier.hangGrace", "5s");
        settings.put("spark.task.reaper.killTimeout", "5s");
        settings.put("spark.task.reaper.pollingInterval", "2s");
        try (StandaloneCluster cluster = cluster(test, 2);
                DriverProcess search = search(cluster, settings)) {
            trials(cluster).await(2);
            List<ProcessHandle> before = cluster.executors();
            long start = System.nanoTime();
            ExecutorDebugger.suspendTrial(cluster);
            StandaloneCluster.await("the executor's end", () -> before.stream()
                    .filter(executor -> !executor.isAlive())
                    .findFirst());
            double seconds = (System.nanoTime() - start) / 1e9;
            assertThat(search.exitCode()).as(search.log()).isZero();
            checkButOne("a trial hangs", 1, cluster, seconds, "hung: no end after 25 s");
        }
    }

    @Test
    void aTrialTakesEveryMachineDownWithIt(TestInfo test) throws Exception {
        try (StandaloneCluster cluster = cluster(test, 1);
                DriverProcess search = search(cluster, ExecutorDebugger.SETTINGS)) {
            trials(cluster).await(2);
            for (int kill = 0; kill < 3; kill++) {
                ExecutorDebugger.awaitTrial(cluster);
                ProcessHandle executor = cluster.awaitExecutor(List.of());
                executor.destroyForcibly();
                StandaloneCluster.await("its end", () -> executor.isAlive() ? Optional.empty() : Optional.of(1));
            }
            double seconds = trials(cluster).secondsToNext();
            assertThat(search.exitCode()).as(search.log()).isZero();
            checkButOne("a trial takes its machine down", 3, cluster, seconds, "lost by the cluster: ");
        }
    }

    // ---- Clusters and studies.

    private StandaloneCluster cluster(TestInfo test, int workers) throws IOException {
        StandaloneCluster cluster = StandaloneCluster.start(
                folder.resolve(test.getTestMethod().orElseThrow().getName()));
        for (int worker = 0; worker < workers; worker++) {
            cluster.addWorker();
        }
        return cluster;
    }

    private DriverProcess search(StandaloneCluster cluster, Map<String, String> settings) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("spark.master", cluster.url());
        all.put("spark.executor.cores", "1");
        return DriverProcess.start(cluster.home(), all, "search", config.toString(), "--output", output(cluster));
    }

    private String output(StandaloneCluster cluster) {
        return cluster.home().resolve("results").toString();
    }

    private String output(String name) {
        return folder.resolve(name).toString();
    }

    // ---- What is in the tables.

    private TrialTable trials(StandaloneCluster cluster) {
        return new TrialTable(output(cluster));
    }

    private void check(String fault, int injected, StandaloneCluster cluster, double seconds) {
        record(fault, injected, cluster, seconds);
        assertThat(trials(cluster).rows()).isEqualTo(undisturbed);
    }

    /** Of a study in which one trial fails: it alone differs in the search; the final may. */
    private void checkButOne(String fault, int injected, StandaloneCluster cluster, double seconds, String reason) {
        record(fault, injected, cluster, seconds);
        Map<String, String> trials = trials(cluster).rows();
        Map<String, String> others = new HashMap<>(trials);
        others.entrySet()
                .removeIf(row -> row.getValue().equals(undisturbed.get(row.getKey()))
                        || row.getKey().startsWith("final"));
        assertThat(others.values()).singleElement().asString().contains("FAILED", reason);
        assertThat(TrialTable.searched(trials)).isEqualTo(TrialTable.searched(undisturbed));
    }

    private void record(String fault, int injected, StandaloneCluster cluster, double seconds) {
        int doubled = trials(cluster).doubled();
        LEDGER.add(fault, injected, trials(cluster).lost(undisturbed), doubled, seconds);
        assertThat(doubled).isZero();
    }

    /** The executor that has computed most; one that has just started may not be known to the driver yet. */
    private static ProcessHandle longestAtWork(StandaloneCluster cluster) {
        return cluster.executors().stream()
                .max(Comparator.comparing(
                        executor -> executor.info().totalCpuDuration().orElse(Duration.ZERO)))
                .orElseThrow();
    }
}
