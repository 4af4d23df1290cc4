package espalier.latency;

import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * How long one batch takes, over many runs; in milliseconds.
 *
 * @param lowerQuartile a quarter of the runs took no longer
 * @param median half of the runs took no longer
 * @param upperQuartile three quarters of the runs took no longer
 * @param runs number of runs
 */
public record Latency(double lowerQuartile, double median, double upperQuartile, int runs) {

    static Latency of(double[] milliseconds) {
        Percentile percentile = new Percentile();
        percentile.setData(milliseconds);
        return new Latency(
                percentile.evaluate(25), percentile.evaluate(50), percentile.evaluate(75), milliseconds.length);
    }
}
