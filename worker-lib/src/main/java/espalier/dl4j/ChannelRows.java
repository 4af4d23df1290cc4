package espalier.dl4j;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Float activations {@code [N, C, H, W]} seen as N·C rows of H·W contiguous values, with the few passes that batch normalisation needs. A pass takes one
 * factor or term for each channel.
 */
abstract sealed class ChannelRows permits LongRows, ShortRows {
    /** From about this length on, one native call for each row costs less than one more pass over all of them. */
    private static final int LONG = 128;

    protected final INDArray array;
    protected final int channels;
    protected final int rows;
    protected final int length;

    protected ChannelRows(INDArray array) {
        this.array = array;
        this.channels = Math.toIntExact(array.size(1));
        this.rows = Math.toIntExact(array.size(0) * channels);
        this.length = Math.toIntExact(array.size(2) * array.size(3));
    }

    /** @param array {@code [N, C, H, W]} in contiguous 'c' order, which the passes that assign write to */
    static ChannelRows of(INDArray array) {
        return array.size(2) * array.size(3) < LONG ? new ShortRows(array) : new LongRows(array);
    }

    final int channels() {
        return channels;
    }

    /** Values of one channel, N·H·W. */
    final long count() {
        return (long) rows / channels * length;
    }

    /** Sums of the values and of their products with {@code other}; {@code scratch} may be overwritten, and may be this or {@code other}. */
    abstract ChannelSums sums(ChannelRows other, ChannelRows scratch);

    /** Becomes {@code factors · source + terms}; {@code source} may be this. */
    abstract void assign(double[] factors, ChannelRows source, double[] terms);

    /** Becomes {@code factors · source + otherFactors · other + terms}; {@code source} may be this. */
    abstract void assign(
            double[] factors, ChannelRows source, double[] otherFactors, ChannelRows other, double[] terms);
}
