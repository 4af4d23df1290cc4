package espalier.refine;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;

/**
 * How well the accuracy at one rung predicts the order at the next one: Kendall's tau-b.
 *
 * <p>Only the best of the lower rung reach the upper one, and among them the order is harder to predict than among all: their tau alone would make a
 * good rung look bad. It is corrected for that by Thorndike's formula for direct selection (case II): with r = sin(pi tau / 2),
 * the correlation of normal scores that has this tau (Greiner's relation), and U the ratio of the lower rung's standard deviation among
 * all to that among those who went on, R = U r / sqrt(1 + r^2 (U^2 - 1)), and tau = 2 / pi asin R. For scores that are far from
 * normal this is an approximation.
 *
 * @param pairs trials that finished both rungs
 * @param observed among these, without the correction
 * @param tau corrected for selection, with the interval of a bootstrap over all trials of the lower rung
 */
public record RungCorrelation(int pairs, double observed, Interval tau) {
    /** Fewer pairs say nothing. */
    public static final int LEAST_PAIRS = 4;

    private static final int MOST_RESAMPLES = 2000;
    private static final int LEAST_RESAMPLES = 200;

    /** Trials in all resamples together: the interval of many trials is narrow, and needs fewer. */
    private static final int DRAWS = 10_000_000;

    /**
     * The correlation of two rungs.
     *
     * @param lower accuracies of all trials that finished the lower rung, percent
     * @param upper their accuracies at the upper rung; NaN for those that did not finish it
     * @param confidence of the interval, above 0 and below 1
     * @param seed of the bootstrap
     * @return empty for fewer than {@link #LEAST_PAIRS} pairs
     */
    public static Optional<RungCorrelation> of(double[] lower, double[] upper, double confidence, long seed) {
        Checks.finite("lower", lower);
        Checks.insideUnitInterval("confidence", confidence);
        int[] all = IntStream.range(0, lower.length).toArray();
        int pairs =
                (int) Arrays.stream(all).filter(i -> !Double.isNaN(upper[i])).count();
        if (pairs < LEAST_PAIRS) {
            return Optional.empty();
        }
        SplittableRandom random = new SplittableRandom(seed);
        int resamples = Math.max(LEAST_RESAMPLES, Math.min(MOST_RESAMPLES, DRAWS / lower.length));
        double[] replicates = new double[resamples];
        Arrays.setAll(
                replicates,
                i -> corrected(
                        lower,
                        upper,
                        Arrays.stream(all)
                                .map(j -> random.nextInt(lower.length))
                                .toArray()));
        double observed = tau(selected(lower, upper, all), selected(upper, upper, all));
        Interval interval = new Replicates(replicates).interval(corrected(lower, upper, all), confidence);
        return Optional.of(new RungCorrelation(pairs, observed, interval));
    }

    private static double corrected(double[] lower, double[] upper, int[] trials) {
        double[] restricted = selected(lower, upper, trials);
        if (restricted.length < 2) {
            return 0;
        }
        double observed = tau(restricted, selected(upper, upper, trials));
        double r = Math.sin(Math.PI / 2 * observed);
        double variance = StatUtils.variance(restricted);
        if (variance == 0) {
            return 0;
        }
        double squaredRatio = StatUtils.variance(
                        Arrays.stream(trials).mapToDouble(i -> lower[i]).toArray())
                / variance;
        double whole = Math.sqrt(squaredRatio) * r / Math.sqrt(1 + r * r * (squaredRatio - 1));
        return 2 / Math.PI * Math.asin(Math.max(-1, Math.min(1, whole)));
    }

    /** Values of those trials that finished the upper rung. */
    private static double[] selected(double[] values, double[] upper, int[] trials) {
        return Arrays.stream(trials)
                .filter(i -> !Double.isNaN(upper[i]))
                .mapToDouble(i -> values[i])
                .toArray();
    }

    /** Zero where all values of one side are equal. */
    private static double tau(double[] lower, double[] upper) {
        double tau = new KendallsCorrelation().correlation(lower, upper);
        return Double.isNaN(tau) ? 0 : tau;
    }
}
