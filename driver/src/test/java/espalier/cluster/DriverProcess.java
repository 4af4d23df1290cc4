package espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.spark.deploy.SparkSubmit;

/** A command in a process of its own, as the driver of a cluster. */
public final class DriverProcess implements AutoCloseable {
    private static final long MINUTES = 10;

    private final Process process;
    private final Path log;

    private DriverProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts it.
     *
     * @param home a folder for what Spark writes
     * @param settings of Spark, the master among them
     * @param arguments of the command
     */
    public static DriverProcess start(Path home, Map<String, String> settings, String... arguments) throws IOException {
        return start(home, settings, List.of(Main.class.getName()), arguments);
    }

    /**
     * Starts it by spark-submit, which takes more settings from {@code conf/spark-defaults.conf} of the home.
     *
     * @param home a folder for what Spark writes
     * @param master URL of Spark's master
     * @param settings of Spark
     * @param arguments of the command
     */
    public static DriverProcess submit(Path home, String master, Map<String, String> settings, String... arguments)
            throws IOException {
        List<String> submit = List.of(
                SparkSubmit.class.getName(), "--master", master, "--class", Main.class.getName(), "spark-internal");
        return start(home, settings, submit, arguments);
    }

    private static DriverProcess start(
            Path home, Map<String, String> settings, List<String> program, String... arguments) throws IOException {
        List<String> options = new ArrayList<>(List.of(
                "-Xmx1g",
                "-Dlog4j2.configurationFile="
                        + Path.of("../conf/log4j2.properties").toAbsolutePath(),
                "-Dspark.executor.extraClassPath=" + System.getProperty("java.class.path"),
                "-Dspark.executor.memory=768m",
                "-Dspark.executor.extraJavaOptions=" + JavaProcess.SHORT_LIVED,
                "-Dspark.ui.enabled=false",
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.driver.bindAddress=127.0.0.1",
                "-Dspark.sql.warehouse.dir=" + home.resolve("warehouse")));
        settings.forEach((key, value) -> options.add("-D" + key + "=" + value));
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        Path log = Files.createTempFile(Files.createDirectories(home), "driver", ".log");
        return new DriverProcess(JavaProcess.start(home, "127.0.0.1", log, options, command), log);
    }

    /** Waits until it prints a line that starts so. */
    public void awaitLine(String start) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.startsWith(start)) {
            line = lines.readLine();
        }
        assertThat(line)
                .as("a line that starts with '%s'; log: %s", start, log())
                .isNotNull();
    }

    /** The process itself. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Waits until its log has a text more often than that. */
    public void awaitLog(String text, int before) throws IOException, InterruptedException {
        StandaloneCluster.await(
                "'" + text + "' in the log", () -> Optional.of(logged(text)).filter(count -> count > before));
    }

    /** How often its log has a text. */
    public int logged(String text) throws IOException {
        return log().split(Pattern.quote(text), -1).length - 1;
    }

    /** Processes that it has started. */
    public List<ProcessHandle> children() {
        return process.children().toList();
    }

    /** Ends it as the operating system does when memory is short. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Tells it to end, as Ctrl-C and cluster managers do. */
    public void stop() {
        // The process's own method would close its output, too.
        assertThat(process.toHandle().destroy()).isTrue();
    }

    /** Waits for its end. */
    public int exitCode() throws IOException, InterruptedException {
        process.inputReader(StandardCharsets.UTF_8).transferTo(Writer.nullWriter());
        assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    /** What it wrote to standard error. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
