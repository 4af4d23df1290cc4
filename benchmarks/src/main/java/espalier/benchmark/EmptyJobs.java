package espalier.benchmark;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What Spark by itself takes of two places for a job of one task that does nothing, while more wait: no trial can have less. Part of
 * {@code benchmarks/run.sh overhead}, which names the master in the environment variable {@code MASTER}.
 */
final class EmptyJobs {
    private static final int PLACES = 2;
    private static final int JOBS = 200;
    private static final int ROUNDS = 5;

    private EmptyJobs() {}

    public static void main(String[] arguments) {
        String master = System.getenv("MASTER");
        SparkConf settings = new SparkConf()
                .setMaster(master)
                .setAppName("empty jobs")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.executor.memory", "1g");
        try (JavaSparkContext spark = new JavaSparkContext(settings)) {
            milliseconds(spark);
            double[] rounds = IntStream.range(0, ROUNDS)
                    .mapToDouble(round -> milliseconds(spark))
                    .sorted()
                    .toArray();
            System.out.printf(
                    "a job that does nothing, on %s: %.1f ms of a place (median of %d rounds of %d jobs; least %.1f, most %.1f)%n",
                    master, rounds[ROUNDS / 2], ROUNDS, JOBS, rounds[0], rounds[ROUNDS - 1]);
        }
    }

    /** Each place has a job that runs and one that waits. */
    private static double milliseconds(JavaSparkContext spark) {
        Queue<JavaFutureAction<Long>> underWay = new ArrayDeque<>();
        long start = System.nanoTime();
        for (int i = 0; i < JOBS; i++) {
            underWay.add(spark.parallelize(List.of(i), 1).countAsync());
            if (underWay.size() == 2 * PLACES) {
                await(underWay.remove());
            }
        }
        underWay.forEach(EmptyJobs::await);
        return PLACES * (System.nanoTime() - start) / 1e6 / JOBS;
    }

    private static void await(JavaFutureAction<Long> job) {
        try {
            job.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
