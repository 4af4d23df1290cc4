package espalier.benchmark;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A contestant in a process of its own, which measures when it is told to: libraries with threads and settings of their own do not meet. */
final class ContestantProcess implements AutoCloseable {
    private static final String ANSWER = "measured ";

    private final Process process;
    private final BufferedWriter orders;
    private final BufferedReader answers;

    /** Whose process it is. */
    enum Kind {
        DEEPLEARNING4J,
        ESPALIER,
        LIBTORCH;

        private Contestant create(BenchmarkNetwork network) {
            return switch (this) {
                case DEEPLEARNING4J -> new Deeplearning4jContestant(network);
                case ESPALIER -> new EspalierContestant(network);
                case LIBTORCH -> new LibtorchContestant(network);
            };
        }
    }

    ContestantProcess(Kind kind, BenchmarkNetwork network) throws IOException {
        process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx2g",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ContestantProcess.class.getName(),
                        kind.name(),
                        network.name()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        orders = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Measures one round of so many batches. */
    Rate measure(boolean training, int batches) {
        try {
            orders.write((training ? "train " : "infer ") + batches + "\n");
            orders.flush();
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(ANSWER)) {
                    String[] numbers = line.substring(ANSWER.length()).split(" ", -1);
                    return new Rate(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
                }
            }
            throw new IllegalStateException("a contestant's process has ended; its error output says why");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** Images per second in one round, by the clock on the wall and by the processor time of the thread. */
    record Rate(double wall, double processor) {}

    /** The process itself; arguments are the contestant and the network. */
    public static void main(String[] arguments) throws IOException {
        Contestant contestant = Kind.valueOf(arguments[0]).create(BenchmarkNetwork.valueOf(arguments[1]));
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            int batches = Integer.parseInt(order.substring(order.indexOf(' ') + 1));
            long wall = System.nanoTime();
            long processor = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            if (order.startsWith("train")) {
                contestant.train(batches);
            } else {
                contestant.infer(batches);
            }
            double images = 1e9 * batches * Contestant.BATCH;
            System.out.println(ANSWER + images / (System.nanoTime() - wall) + " "
                    + images / (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - processor));
        }
    }
}
