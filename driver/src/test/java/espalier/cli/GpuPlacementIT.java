package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.cluster.DriverProcess;
import espalier.cluster.PretendedGpus;
import espalier.cluster.PretendedGpus.Binding;
import espalier.cluster.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Studies on a cluster whose worker finds two GPUs by conf/gpu-discovery.sh. All is real (Spark's processes, the script, trials, tables) but nvidia-smi
 * and ND4J's backend, which only takes itself for one on GPUs.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GpuPlacementIT {
    private static final String NVIDIA_SMI = """
            #!/usr/bin/env bash
            case $1 in
                --query-gpu=index) printf '0\\n1\\n' ;;
                --query-gpu=index,name,compute_cap) printf '0, %s\\n1, %s\\n' ;;
                *) exit 2 ;;
            esac
            """;

    private static final String A100 = "NVIDIA A100-SXM4-40GB, 8.0";
    private static final String H100 = "NVIDIA H100 80GB HBM3, 9.0";

    private Path folder = Path.of("");
    private StandaloneCluster cluster;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Program.useLocalSpark(folder);
        SmallStudy.write(
                folder,
                "data.synthetic.train-images=120",
                "search.trials-per-round=8",
                "search.negated-share=0",
                "training.recalibration-batches=2",
                "training.retrain.epochs=0");
        Path discovery = script(
                folder.resolve("gpu-discovery.sh"),
                "#!/usr/bin/env bash\nPATH='%s':$PATH exec '%s'\n"
                        .formatted(
                                machine(A100),
                                Path.of("../conf/gpu-discovery.sh").toAbsolutePath()));
        cluster = StandaloneCluster.start(folder.resolve("cluster"));
        cluster.addWorker(
                2,
                Map.of(
                        "spark.worker.resource.gpu.amount",
                        "2",
                        "spark.worker.resource.gpu.discoveryScript",
                        discovery.toString()));
    }

    @AfterAll
    void stop() {
        cluster.close();
        System.clearProperty("spark.master");
    }

    /** Two trials side by side in one executor, or each in its own. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void eachTrialHasAGpuOfItsOwn(int gpusOfAnExecutor) throws Exception {
        String output = "placement-" + gpusOfAnExecutor;
        Path pretended = folder.resolve("pretended-" + gpusOfAnExecutor);
        try (DriverProcess search = search(output, pretended, A100, "gpu", gpusOfAnExecutor)) {
            assertThat(search.exitCode()).as(search.log()).isZero();
        }

        List<Span> spans = spans(output);
        assertThat(spans).extracting(Span::device).containsOnly("gpu 0", "gpu 1");
        assertThat(spans).extracting(Span::status).containsOnly("COMPLETED");
        assertThat(spans.stream().map(Span::executor).distinct()).hasSize(2 / gpusOfAnExecutor);
        assertThat(overlaps(spans, true)).isEmpty();
        assertThat(overlaps(spans, false)).as("trials side by side on two GPUs").isNotEmpty();
        List<Binding> bindings = PretendedGpus.bindings(pretended);
        assertThat(bindings).allSatisfy(binding -> assertThat(binding.device()).isEqualTo(binding.given()));
        assertThat(spans).allSatisfy(span -> assertThat(bindings)
                .anyMatch(binding -> binding.trial().equals(span.trial)
                        && binding.device().equals(span.device)
                        && binding.at() <= span.from));
    }

    @Test
    void aStudyStopsWhereTheGpuIsTooNew() throws Exception {
        try (DriverProcess search = search("too-new", folder.resolve("pretended-new"), H100, "gpu", 1)) {
            assertThat(search.exitCode()).as(search.log()).isEqualTo(1);
            assertThat(search.log().lines().filter(line -> line.startsWith("espalier: ")))
                    .singleElement()
                    .asString()
                    .startsWith("espalier: the cluster cannot go on (gpu ")
                    .contains("NVIDIA H100 80GB HBM3 has compute capability 9.0", "training.device=auto");
        }
        assertThat(spans("too-new")).isEmpty();
    }

    @Test
    void aStudyThatAllowsItRunsOnTheCpuThere() throws Exception {
        Path pretended = folder.resolve("pretended-fallback");
        try (DriverProcess search = search("fallback", pretended, H100, "auto", 1)) {
            assertThat(search.exitCode()).as(search.log()).isZero();
        }
        assertThat(spans("fallback")).extracting(Span::device).containsOnly("cpu");
        assertThat(PretendedGpus.bindings(pretended)).isEmpty();
    }

    private DriverProcess search(String output, Path pretended, String model, String device, int gpusOfAnExecutor)
            throws IOException {
        Map<String, String> settings = new HashMap<>(PretendedGpus.install(pretended));
        settings.putAll(Map.of(
                "spark.master", cluster.url(),
                "spark.executor.cores", Integer.toString(gpusOfAnExecutor),
                "spark.executor.resource.gpu.amount", Integer.toString(gpusOfAnExecutor),
                "spark.task.resource.gpu.amount", "1",
                "spark.executorEnv.PATH", machine(model) + ":" + System.getenv("PATH")));
        return DriverProcess.start(
                folder.resolve("driver"),
                settings,
                "search",
                folder.resolve("small.yaml").toString(),
                "--output",
                folder.resolve(output).toString(),
                "--set",
                "training.device=" + device);
    }

    /** A folder for the PATH whose nvidia-smi tells of two GPUs of one model. */
    private Path machine(String model) throws IOException {
        Path machine = Files.createDirectories(folder.resolve(model.replaceAll("\\W+", "-")));
        script(machine.resolve("nvidia-smi"), NVIDIA_SMI.formatted(model, model));
        return machine;
    }

    private static Path script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    // ---- When trials ran where.

    /** From when to when a trial ran, in microseconds. */
    private record Span(String trial, String device, String executor, String status, long from, long to) {
        boolean overlaps(Span other) {
            return from < other.to && other.from < to;
        }
    }

    private List<Span> spans(String output) {
        Program program = Program.run(
                "sql",
                "SELECT trial_id, device, executor, status, unix_micros(started_at), unix_micros(finished_at) FROM trials",
                "--output",
                folder.resolve(output).toString(),
                "--format",
                "csv");
        assertThat(program.errors()).isEmpty();
        return program.out()
                .lines()
                .skip(1)
                .map(line -> line.split(","))
                .map(cells -> new Span(
                        cells[0], cells[1], cells[2], cells[3], Long.parseLong(cells[4]), Long.parseLong(cells[5])))
                .toList();
    }

    /** Pairs of trials that ran at one time, on one device or on two. */
    private static List<List<Span>> overlaps(List<Span> spans, boolean onOneDevice) {
        return spans.stream()
                .flatMap(one -> spans.stream()
                        .filter(other -> !one.equals(other) && one.overlaps(other))
                        .filter(other -> one.device.equals(other.device) == onOneDevice)
                        .map(other -> List.of(one, other)))
                .toList();
    }
}
