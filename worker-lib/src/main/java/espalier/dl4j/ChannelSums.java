package espalier.dl4j;

/** Sums, over each channel, of some values and of their products with others; in double. */
final class ChannelSums {
    private final double[] values;
    private final double[] products;

    ChannelSums(int channels) {
        this.values = new double[channels];
        this.products = new double[channels];
    }

    /** Adds what was summed over a part of {@code channel}. */
    void add(int channel, double value, double product) {
        values[channel] += value;
        products[channel] += product;
    }

    double values(int channel) {
        return values[channel];
    }

    double products(int channel) {
        return products[channel];
    }
}
