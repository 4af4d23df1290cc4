package espalier.dl4j;

import java.util.Arrays;

/**
 * Mean and variance of each channel of some activations.
 *
 * <p>The variance is E[(x − c)²] − E[x − c]² around a centre c, which is zero at first. Where that difference cancels, because a channel's mean is
 * large against its standard deviation, both moments are taken again around the mean just found (the shifted two-pass algorithm), and whoever
 * multiplies the activations takes the centre off them first.
 */
final class Moments {
    /** Largest ratio of squared mean to variance at which the difference of float moments still has about five digits. */
    private static final double CANCELLATION_LIMIT = 64;

    private final double[] mean;
    private final double[] variance;
    private final double[] centre;
    private final boolean ofBatch;

    private Moments(double[] mean, double[] variance, double[] centre, boolean ofBatch) {
        this.mean = mean;
        this.variance = variance;
        this.centre = centre;
        this.ofBatch = ofBatch;
    }

    /** Running statistics, which do not depend on the batch. */
    static Moments running(double[] mean, double[] variance, double epsilon) {
        Moments moments = new Moments(mean, variance, new double[mean.length], false);
        return moments.cancel(epsilon) ? new Moments(mean, variance, roundToFloat(mean), false) : moments;
    }

    /** Statistics of {@code batch} over its N·H·W values; {@code scratch} has the shape of {@code batch} and may be overwritten. */
    static Moments ofBatch(ChannelRows batch, ChannelRows scratch, double epsilon) {
        Moments moments = around(new double[batch.channels()], batch, scratch);
        return moments.cancel(epsilon) ? around(roundToFloat(moments.mean), batch, scratch) : moments;
    }

    private static Moments around(double[] centre, ChannelRows batch, ChannelRows scratch) {
        double[] mean = new double[centre.length];
        double[] variance = new double[centre.length];
        Moments moments = new Moments(mean, variance, centre, true);
        ChannelRows centred = moments.centred(batch, scratch);
        ChannelSums sums = centred.sums(centred, scratch);
        for (int channel = 0; channel < centre.length; channel++) {
            double offset = sums.values(channel) / batch.count();
            mean[channel] = centre[channel] + offset;
            variance[channel] = Math.max(0, sums.products(channel) / batch.count() - offset * offset);
        }
        return moments;
    }

    private boolean cancel(double epsilon) {
        for (int channel = 0; channel < mean.length; channel++) {
            if (mean[channel] * mean[channel] > CANCELLATION_LIMIT * (variance[channel] + epsilon)) {
                return true;
            }
        }
        return false;
    }

    /** So that subtracting a centre in float is exact near it. */
    private static double[] roundToFloat(double[] values) {
        return Arrays.stream(values).map(value -> (float) value).toArray();
    }

    /** {@code rows} itself where the centre is zero, else {@code scratch}, which becomes {@code rows − centre}. */
    ChannelRows centred(ChannelRows rows, ChannelRows scratch) {
        if (Arrays.stream(centre).allMatch(value -> value == 0)) {
            return rows;
        }
        double[] ones = new double[centre.length];
        Arrays.fill(ones, 1);
        scratch.assign(ones, rows, Arrays.stream(centre).map(value -> -value).toArray());
        return scratch;
    }

    /** The mean of a channel after {@link #centred}. */
    double offset(int channel) {
        return mean[channel] - centre[channel];
    }

    /** 1 / √(variance + ε). */
    double inverseDeviation(int channel, double epsilon) {
        return 1 / Math.sqrt(variance[channel] + epsilon);
    }

    double[] mean() {
        return mean.clone();
    }

    double[] variance() {
        return variance.clone();
    }

    /** Whether the batch moves them, so that gradients flow through them. */
    boolean ofBatch() {
        return ofBatch;
    }
}
