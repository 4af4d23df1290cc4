package espalier.latency;

/**
 * How models are measured.
 *
 * @param batch images at a time
 * @param threads that one run may use
 * @param warmUps runs of each model before the first that counts
 * @param pairs runs of each model that count
 */
public record LatencySettings(int batch, int threads, int warmUps, int pairs) {
    private static final int MAX_BATCH = 65_536;
    private static final int MAX_THREADS = 1024;
    private static final int MAX_RUNS = 1_000_000;

    public LatencySettings {
        check("batch", batch, 1, MAX_BATCH);
        check("threads", threads, 1, MAX_THREADS);
        check("warm-up", warmUps, 0, MAX_RUNS);
        check("pairs", pairs, 2, MAX_RUNS);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s is %d; give %d to %d".formatted(name, value, least, most));
        }
    }
}
