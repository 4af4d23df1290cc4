package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.cluster.HadoopCluster;
import espalier.cluster.SparkHome;
import espalier.cluster.StandaloneCluster;
import espalier.data.IdxWriter;
import espalier.data.SyntheticImages;
import espalier.dl4j.NetworkFiles;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.TensorShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileStatus;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A small study on a real YARN, through submit.sh and the product's jar, with all of its files on HDFS. */
@Tag("clusters")
@Timeout(value = 8, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class YarnIT {
    private static final Path PRODUCT = Path.of("target/espalier.jar").toAbsolutePath();

    private Path folder = Path.of("");
    private Path config = Path.of("");
    private Path sparkHome = Path.of("");
    private HadoopCluster cluster;
    private List<String> local = List.of();

    @BeforeAll
    void runTheStudyInThisProcess(@TempDir Path temporary) throws IOException, InterruptedException {
        folder = temporary;
        cluster = HadoopCluster.hdfsAndYarn(folder.resolve("hadoop"));
        sparkHome = SparkHome.make(folder.resolve("spark"), PRODUCT);
        Path images = folder.resolve("images");
        IdxWriter.writeFolder(SyntheticImages.generate(new SyntheticImages.Options(12, 3, 240, 60, 0.05, 1)), images);
        put(images, "/data");
        ComputationGraph network =
                new ComputationGraph(ResidualNetworks.cifar(8, 4, Shortcut.B, new TensorShape(1, 12, 12), 3, 5));
        network.init();
        put(Files.write(folder.resolve("base.zip"), NetworkFiles.write(network)), "/networks/base.zip");
        config = SmallStudy.write(
                folder,
                "data={format: idx, path: '%s'}".formatted(cluster.uri("/data")),
                "network={architecture: file, file: '%s'}".formatted(cluster.uri("/networks/base.zip")),
                "search.trials-per-round=4",
                "training.fine-tune.epochs=2");
        Program.useLocalSpark(folder);
        Program search = Program.run("search", config.toString(), "--output", cluster.uri("/local"));
        assertThat(search.exitCode()).as(search.errors().toString()).isZero();
        local = trials("/local");
        assertThat(local).hasSizeGreaterThan(5);
    }

    @AfterAll
    void stop() {
        System.clearProperty("spark.master");
        cluster.close();
    }

    @Test
    void aDriverOutsideMakesTheSameTables() throws Exception {
        try (Submission search = search("/client", "--deploy-mode", "client")) {
            String executor = search.environmentOf("YarnCoarseGrainedExecutorBackend");
            assertThat(executor).contains("\0OMP_NUM_THREADS=1\0", "\0GLIBC_TUNABLES=glibc.malloc.arena_max=2\0");
            assertThat(search.exitCode()).as(search.log()).isZero();
            assertThat(search.output()).contains("winner: ", "tables: hdfs://");
        }
        assertThat(trials("/client")).isEqualTo(local);
        assertNothingIsLeft("/client");
    }

    @Test
    void aDriverInsideMakesTheSameTables() throws Exception {
        try (Submission search = search("/cluster", "--deploy-mode", "cluster")) {
            String master = search.environmentOf("ApplicationMaster");
            assertThat(master).contains("\0OMP_NUM_THREADS=1\0", "\0GLIBC_TUNABLES=glibc.malloc.arena_max=2\0");
            StandaloneCluster.await(
                    "the lock",
                    () -> cluster.files().exists(new org.apache.hadoop.fs.Path("/cluster/small/LOCK"))
                            ? Optional.of(true)
                            : Optional.empty());
            Program second = Program.run("search", config.toString(), "--output", cluster.uri("/cluster"));
            assertThat(second.exitCode()).isEqualTo(2);
            assertThat(second.errors())
                    .singleElement()
                    .asString()
                    .startsWith("espalier: this study is being written by process ")
                    .contains(": wait for it or stop it, or run under another study name (lock hdfs://");
            assertThat(search.exitCode())
                    .as(search.log() + cluster.containerLogs())
                    .isZero();
        }
        assertThat(cluster.containerLogs()).contains("winner: ");
        assertThat(trials("/cluster")).isEqualTo(local);
        assertNothingIsLeft("/cluster");
    }

    @ParameterizedTest
    @CsvSource({
        "training.threads=2, 'training.threads is 2, but a trial may use 1 (OMP_NUM_THREADS)'",
        "data.path=hdfs:///nowhere, no such file: looked for hdfs:///nowhere/"
    })
    void aDriverInsideSaysWhyItStops(String setting, String reason) throws Exception {
        try (Submission search = search("/bad", "--deploy-mode", "cluster", "--set", setting)) {
            assertThat(search.exitCode()).isNotZero();
            assertThat(search.log()).contains(reason);
        }
    }

    @Test
    void aContainerThatTakesTooMuchMemoryIsNamed() throws Exception {
        // YARN gives 1 GB. The heap takes most of it from the start, and what a trial needs beside the heap is more
        // than the rest.
        try (Submission search = search(
                "/memory",
                "-c",
                "spark.executor.memory=860m",
                "-c",
                "spark.executor.memoryOverhead=16m",
                "-c",
                "spark.executor.extraJavaOptions=-Xms860m -XX:+AlwaysPreTouch")) {
            assertThat(search.exitCode()).as(search.log()).isEqualTo(1);
            assertThat(search.log()).contains("Container killed by YARN for exceeding physical memory limits");
            assertThat(search.log().lines().filter(line -> line.startsWith("espalier: ")))
                    .as(search.log())
                    .hasSize(1);
        }
        assertThat(cluster.files().exists(new org.apache.hadoop.fs.Path("/memory/small/LOCK")))
                .isFalse();
    }

    private Submission search(String output, String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of("../submit.sh").toAbsolutePath().normalize().toString(),
                "--master",
                "yarn",
                "--driver-memory",
                "768m",
                "--num-executors",
                "2"));
        List<String> settings = List.of(
                "spark.executor.memory=512m",
                "spark.yarn.jars=local:" + sparkHome + "/jars/*",
                "spark.yarn.appMasterEnv.JAVA_HOME=" + System.getProperty("java.home"),
                "spark.executorEnv.JAVA_HOME=" + System.getProperty("java.home"),
                "spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1",
                "spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1",
                "spark.ui.enabled=false");
        settings.forEach(setting -> command.addAll(List.of("--conf", setting)));
        command.addAll(List.of("search", config.toString(), "--output", cluster.uri(output)));
        command.addAll(Arrays.asList(flags));
        return Submission.start(command, sparkHome, cluster.configurationFolder(), folder);
    }

    /** submit.sh at work. */
    private record Submission(Process process, Path out, Path err) implements AutoCloseable {

        static Submission start(List<String> command, Path sparkHome, Path hadoop, Path folder) throws IOException {
            Path out = Files.createTempFile(folder, "submit", ".out");
            Path err = Files.createTempFile(folder, "submit", ".err");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.matches("SPARK_.*|ESPALIER_.*|OMP_.*|MALLOC_.*"));
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("SPARK_HOME", sparkHome.toString());
            builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
            builder.environment().put("HADOOP_CONF_DIR", hadoop.toString());
            builder.environment().put("ESPALIER_JAR", PRODUCT.toString());
            builder.environment().put("ESPALIER_NATIVE_MEMORY", "512m");
            return new Submission(builder.start(), out, err);
        }

        /** Waits for a container of YARN that runs a class, and reads the environment of its process. */
        String environmentOf(String mainClass) throws IOException, InterruptedException {
            return StandaloneCluster.await(mainClass, () -> {
                for (ProcessHandle each : ProcessHandle.current().descendants().toList()) {
                    Path process = Path.of("/proc", Long.toString(each.pid()));
                    try {
                        String command = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
                        if (command.contains("/bin/java\0") && command.contains(mainClass)) {
                            return Optional.of(
                                    "\0" + Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1));
                        }
                    } catch (IOException e) {
                        // It has ended.
                    }
                }
                return Optional.empty();
            });
        }

        int exitCode() throws IOException, InterruptedException {
            assertThat(process.waitFor(4, TimeUnit.MINUTES))
                    .as("the program has ended; it said %s", log())
                    .isTrue();
            return process.exitValue();
        }

        String output() throws IOException {
            return Files.readString(out);
        }

        String log() throws IOException {
            return Files.readString(err);
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private void put(Path local, String remote) throws IOException {
        cluster.files()
                .copyFromLocalFile(new org.apache.hadoop.fs.Path(local.toUri()), new org.apache.hadoop.fs.Path(remote));
    }

    private List<String> trials(String output) {
        Program program = Program.run(
                "sql",
                "SELECT trial_id, population, recipe_id, accuracy_pruned, accuracy_recalibrated, accuracy_fine_tuned,"
                        + " drop, seed, status, reason FROM trials ORDER BY trial_id",
                "--output",
                cluster.uri(output),
                "--format",
                "csv");
        assertThat(program.errors()).isEmpty();
        return program.out().lines().toList();
    }

    /** Neither a lock nor half a file. */
    private void assertNothingIsLeft(String output) throws IOException {
        List<String> names = new ArrayList<>();
        var files = cluster.files().listFiles(new org.apache.hadoop.fs.Path(output), true);
        while (files.hasNext()) {
            FileStatus file = files.next();
            names.add(file.getPath().getName());
            assertThat(file.getLen()).as(file.getPath().toString()).isPositive();
        }
        assertThat(names)
                .contains("study.yaml", "round-1.yaml")
                .noneMatch(name -> name.startsWith("LOCK") || name.endsWith(".tmp"));
    }
}
