package espalier.latency;

import java.util.SplittableRandom;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Two models measured in turn.
 *
 * @param settings how they were measured
 * @param first the first one's latency
 * @param second the second one's latency
 * @param speedup how many times as fast the second is: the first one's median by the second one's
 * @param speedupLow lower end of the speedup's 95 % interval, by bootstrap over the pairs of runs
 * @param speedupHigh its upper end
 */
public record LatencyComparison(
        LatencySettings settings,
        Latency first,
        Latency second,
        double speedup,
        double speedupLow,
        double speedupHigh) {
    private static final int RESAMPLES = 2000;
    private static final long SEED = 1;

    /**
     * Compares runs in pairs.
     *
     * @param first milliseconds of each run of the first model
     * @param second milliseconds of the run beside it, of the second model
     */
    static LatencyComparison of(LatencySettings settings, double[] first, double[] second) {
        double[] speedups = new double[RESAMPLES];
        SplittableRandom random = new SplittableRandom(SEED);
        double[] left = new double[first.length];
        double[] right = new double[first.length];
        for (int resample = 0; resample < RESAMPLES; resample++) {
            for (int i = 0; i < first.length; i++) {
                int pair = random.nextInt(first.length);
                left[i] = first[pair];
                right[i] = second[pair];
            }
            speedups[resample] = median(left) / median(right);
        }
        return new LatencyComparison(
                settings,
                Latency.of(first),
                Latency.of(second),
                median(first) / median(second),
                StatUtils.percentile(speedups, 2.5),
                StatUtils.percentile(speedups, 97.5));
    }

    private static double median(double[] values) {
        return StatUtils.percentile(values, 50);
    }
}
