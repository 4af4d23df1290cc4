package espalier.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A Spark cluster of processes on this machine: a master, and workers of one core. */
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
     * @param home an empty folder for what Spark writes
     */
    public static StandaloneCluster start(Path home) throws IOException {
        Process master = node(home, HOST, Files.createDirectories(home).resolve("master.log"), List.of("master", HOST));
        String url = master.inputReader(StandardCharsets.UTF_8).readLine();
        return new StandaloneCluster(home, master, Objects.requireNonNull(url, "the master did not start"));
    }

    public String url() {
        return url;
    }

    public Path home() {
        return home;
    }

    /** Starts one more worker; it registers in a moment. */
    public Process addWorker() throws IOException {
        Path folder = Files.createDirectories(home.resolve("worker-" + workers.size()));
        // Each on a host of its own: a second attempt does not go to the host of the first.
        String host = "127.0.0." + (2 + workers.size());
        Process worker = node(home, host, folder.resolve("log"), List.of("worker", host, url, folder.toString()));
        workers.add(worker);
        return worker;
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

    private static Process node(Path home, String host, Path log, List<String> arguments) throws IOException {
        List<String> mainClass = new ArrayList<>(List.of(ClusterNode.class.getName()));
        mainClass.addAll(arguments);
        return JavaProcess.start(home, host, log, List.of("-Xmx256m"), mainClass);
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
