package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A search in a process of its own, which is the driver, master and workers of a cluster of two executor processes. */
final class ForkedSearch implements AutoCloseable {
    private static final long MINUTES = 10;

    private final Process process;
    private final Path log;

    private ForkedSearch(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts it.
     *
     * @param home an empty folder for what Spark writes
     * @param arguments of the command
     */
    static ForkedSearch start(Path home, String... arguments) throws IOException {
        // Workers look for Spark's jars here, and start executors with the class path of this test.
        Files.createDirectories(home.resolve("jars"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .toList());
        command.addAll(List.of(
                "-Xmx1g",
                "-Dlog4j2.configurationFile="
                        + Path.of("../conf/log4j2.properties").toAbsolutePath(),
                "-Dspark.master=local-cluster[2,1,1024]",
                "-Dspark.executor.extraClassPath=" + System.getProperty("java.class.path"),
                "-Dspark.ui.enabled=false",
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.driver.bindAddress=127.0.0.1",
                "-Dspark.sql.warehouse.dir=" + home.resolve("warehouse"),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        Path log = home.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.12");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        builder.environment().put("SPARK_LOCAL_HOSTNAME", "127.0.0.1");
        return new ForkedSearch(builder.start(), log);
    }

    /** Waits until it prints a line that starts so. */
    void awaitLine(String start) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.startsWith(start)) {
            line = lines.readLine();
        }
        assertThat(line)
                .as("a line that starts with '%s'; log: %s", start, log())
                .isNotNull();
    }

    /** Ends one executor as the operating system does when memory is short. */
    void killAnExecutor() {
        assertThat(process.children().findFirst().orElseThrow().destroyForcibly())
                .isTrue();
    }

    int exitCode() throws IOException, InterruptedException {
        process.inputReader(StandardCharsets.UTF_8).transferTo(Writer.nullWriter());
        assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
