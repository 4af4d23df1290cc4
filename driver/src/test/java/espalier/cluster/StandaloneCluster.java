package espalier.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Spark cluster of processes on this machine: a master, and workers. */
public final class StandaloneCluster implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path home;
    private final Process master;
    private final String url;
    private final List<Process> workers = new ArrayList<>();

    private StandaloneCluster(Path home, Process master, String url) {
        this.home = home;
        this.master = master;
        this.url = url;
    }

    /**
     * Starts the master and waits until it listens.
     *
     * @param home a folder for what Spark writes, with {@code conf/spark-defaults.conf} at most
     */
    public static StandaloneCluster start(Path home) throws IOException {
        Path log = Files.createDirectories(home).resolve("master.log");
        Process master = node(home, HOST, log, Map.of(), List.of("master", HOST));
        String url = master.inputReader(StandardCharsets.UTF_8).readLine();
        return new StandaloneCluster(home, master, Objects.requireNonNull(url, "the master did not start"));
    }

    public String url() {
        return url;
    }

    public Path home() {
        return home;
    }

    /** Starts one more worker of one core; it registers in a moment. */
    public Process addWorker() throws IOException {
        return addWorker(home, 1, Map.of());
    }

    /**
     * Starts a worker with other settings.
     *
     * @param itsHome the Spark home with them
     */
    public Process addWorker(Path itsHome) throws IOException {
        return addWorker(itsHome, 1, Map.of());
    }

    /**
     * Starts one more worker; it registers in a moment.
     *
     * @param cores for each of which it has a gigabyte of memory
     * @param settings of Spark
     */
    public Process addWorker(int cores, Map<String, String> settings) throws IOException {
        return addWorker(home, cores, settings);
    }

    private Process addWorker(Path itsHome, int cores, Map<String, String> settings) throws IOException {
        Path folder = Files.createDirectories(home.resolve("worker-" + workers.size()));
        // Each on a host of its own: a second attempt does not go to the host of the first.
        String host = "127.0.0." + (2 + workers.size());
        Process worker = node(
                itsHome,
                host,
                folder.resolve("log"),
                settings,
                List.of("worker", host, url, folder.toString(), Integer.toString(cores)));
        workers.add(worker);
        return worker;
    }

    /** Its own processes: the master, and all workers. */
    public List<ProcessHandle> nodes() {
        return Stream.concat(Stream.of(master), workers.stream())
                .map(Process::toHandle)
                .toList();
    }

    /** Executors that live now. */
    public List<ProcessHandle> executors() {
        return workers.stream().flatMap(Process::children).toList();
    }

    /** Waits for an executor that is not one of those. */
    public ProcessHandle awaitExecutor(List<ProcessHandle> others) throws IOException, InterruptedException {
        return await("an executor", () -> executors().stream()
                .filter(executor -> !others.contains(executor))
                .findFirst());
    }

    /** What executors have printed, of all times. */
    public List<Path> executorOutputs() throws IOException {
        try (var files = Files.walk(home)) {
            return files.filter(file -> file.endsWith("stdout")).toList();
        }
    }

    /** Something to wait for. */
    public interface Condition<T> {
        /** What was waited for, once it is there. */
        Optional<T> look() throws IOException;
    }

    /** Waits, but not for ever. */
    public static <T> T await(String what, Condition<T> condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            Optional<T> found = condition.look();
            if (found.isPresent()) {
                return found.get();
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError(what + " did not come within " + PATIENCE);
    }

    private static Process node(Path home, String host, Path log, Map<String, String> settings, List<String> arguments)
            throws IOException {
        List<String> options = new ArrayList<>(List.of("-Xmx256m"));
        settings.forEach((key, value) -> options.add("-D" + key + "=" + value));
        List<String> mainClass = new ArrayList<>(List.of(ClusterNode.class.getName()));
        mainClass.addAll(arguments);
        return JavaProcess.start(home, host, log, options, mainClass);
    }

    @Override
    public void close() {
        workers.forEach(worker -> {
            worker.descendants().forEach(ProcessHandle::destroyForcibly);
            worker.destroyForcibly();
        });
        master.destroyForcibly();
    }
}
