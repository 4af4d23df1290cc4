package espalier.benchmark;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Throughput of two trials side by side in one process, as a multiple of that of one: ResNet-20, one thread each. Rounds of one and of two take turns. By
 * the clock on the wall it needs two idle cores; by processor time it shows what the two take from each other.
 */
public final class Scaling {
    private static final int ROUNDS = 3;
    private static final int BATCHES = 24;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Scaling() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        List<Callable<Double>> trials = List.of(trial(), trial());
        double[] wall = new double[ROUNDS];
        double[] processor = new double[ROUNDS];
        ExecutorService threads = Executors.newFixedThreadPool(trials.size());
        try {
            run(threads, trials);
            for (int round = 0; round < ROUNDS; round++) {
                Times one = run(threads, trials.subList(0, 1));
                Times two = run(threads, trials);
                wall[round] = 2 * one.wall / two.wall;
                processor[round] = 2 * one.processor / two.processor;
            }
        } finally {
            threads.shutdown();
        }
        System.out.printf(
                Locale.ROOT,
                "two trials reach %.2f times the throughput of one on the wall, %.2f times by processor time%n",
                median(wall),
                median(processor));
    }

    /** Seconds on the wall, and of processor time of the slowest thread. */
    private record Times(double wall, double processor) {}

    /** A round of a trial; answers with the thread's processor time. */
    private static Callable<Double> trial() {
        EspalierContestant contestant = new EspalierContestant(BenchmarkNetwork.RESNET20);
        return () -> {
            double start = THREADS.getCurrentThreadCpuTime();
            contestant.train(BATCHES);
            return THREADS.getCurrentThreadCpuTime() - start;
        };
    }

    private static Times run(ExecutorService threads, List<Callable<Double>> trials)
            throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        List<Double> processor = new ArrayList<>();
        for (Future<Double> time : threads.invokeAll(trials)) {
            processor.add(time.get());
        }
        return new Times(
                System.nanoTime() - start,
                processor.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
