package espalier.refine;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * How far out the percentiles of a bootstrapped mean or coefficient must be taken so that the interval covers as often as it
 * says. The plain percentile interval is too narrow for small populations, like a normal interval with the variance divided
 * by n; taking the tail Phi(t sqrt(inflation)) for Student's t mends both (Hesterberg, "What Teachers Should Know About the
 * Bootstrap", 2015, the expanded percentile interval).
 *
 * @param inflation unbiased variance of the statistic over the variance that the bootstrap sees, at least 1
 * @param degreesOfFreedom of Student's t
 */
record PercentileExpansion(double inflation, double degreesOfFreedom) {
    /** For the difference of two means, with Welch's degrees of freedom. */
    static PercentileExpansion ofMeanDifference(double[] first, double[] second) {
        double firstVariance = StatUtils.variance(first) / first.length;
        double secondVariance = StatUtils.variance(second) / second.length;
        double unbiased = firstVariance + secondVariance;
        int pooled = first.length + second.length - 2;
        if (unbiased == 0) {
            return new PercentileExpansion(1, pooled);
        }
        double seen = firstVariance * (first.length - 1) / first.length
                + secondVariance * (second.length - 1) / second.length;
        double degreesOfFreedom = unbiased
                * unbiased
                / (firstVariance * firstVariance / (first.length - 1)
                        + secondVariance * secondVariance / (second.length - 1));
        return new PercentileExpansion(unbiased / seen, degreesOfFreedom);
    }

    /** For a coefficient of a regression of {@code rows} trials, more than {@code coefficients}. */
    static PercentileExpansion ofRegression(int rows, int coefficients) {
        int degreesOfFreedom = rows - coefficients;
        return new PercentileExpansion((double) rows / degreesOfFreedom, degreesOfFreedom);
    }

    /** The share of replicates to leave outside at one end for the nominal probability {@code tail} there. */
    double toReplicates(double tail) {
        return normal().cumulativeProbability(Math.sqrt(inflation) * student().inverseCumulativeProbability(tail));
    }

    /** The nominal probability for which the share {@code tail} of replicates is left outside: the inverse. */
    double toNominal(double tail) {
        return student().cumulativeProbability(normal().inverseCumulativeProbability(tail) / Math.sqrt(inflation));
    }

    private static NormalDistribution normal() {
        return new NormalDistribution(null, 0, 1);
    }

    private TDistribution student() {
        return new TDistribution(null, degreesOfFreedom);
    }
}
