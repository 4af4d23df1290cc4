package espalier.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Throughput of two trials side by side in one process, as a multiple of that of one: ResNet-20, one thread each. Each round of two stands between
 * two rounds of one; it needs two idle cores.
 */
public final class Scaling {
    private static final int ROUNDS = 21;
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final int BATCHES = 12;

    private Scaling() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws InterruptedException, ExecutionException {
        List<Callable<Double>> trials = List.of(trial(), trial());
        double[] ratios = new double[ROUNDS];
        ExecutorService threads = Executors.newFixedThreadPool(trials.size());
        try {
            throughput(threads, trials);
            double before = throughput(threads, trials.subList(0, 1));
            for (int round = 0; round < ROUNDS; round++) {
                double two = throughput(threads, trials);
                double after = throughput(threads, trials.subList(0, 1));
                ratios[round] = 2 * two / (before + after);
                before = after;
            }
        } finally {
            threads.shutdown();
        }
        Arrays.sort(ratios);
        System.out.printf(
                Locale.ROOT,
                "two trials reach %.2f times the throughput of one (median of %d rounds; quartiles %.2f and %.2f)%n",
                ratios[ROUNDS / 2],
                ROUNDS,
                ratios[ROUNDS / 4],
                ratios[ROUNDS - 1 - ROUNDS / 4]);
    }

    /** A round of a trial, which trains until its time is over; answers with batches in a nanosecond. */
    private static Callable<Double> trial() {
        EspalierContestant contestant = new EspalierContestant(BenchmarkNetwork.RESNET20);
        return () -> {
            long start = System.nanoTime();
            long batches = 0;
            while (System.nanoTime() - start < ROUND_NANOS) {
                contestant.train(BATCHES);
                batches += BATCHES;
            }
            return (double) batches / (System.nanoTime() - start);
        };
    }

    private static double throughput(ExecutorService threads, List<Callable<Double>> trials)
            throws InterruptedException, ExecutionException {
        List<Double> throughputs = new ArrayList<>();
        for (Future<Double> throughput : threads.invokeAll(trials)) {
            throughputs.add(throughput.get());
        }
        return throughputs.stream().mapToDouble(Double::doubleValue).sum();
    }
}
