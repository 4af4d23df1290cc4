package espalier.network;

/**
 * Shape of one example's activation, {@code [C, H, W]}; the output of a dense layer is {@code [C, 1, 1]}.
 *
 * @param channels number of channels or features
 * @param height rows
 * @param width columns
 */
public record TensorShape(int channels, int height, int width) {
    public TensorShape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "shape is [" + channels + ", " + height + ", " + width + "]; every extent must be at least 1");
        }
    }

    /** A vector of features, {@code [features, 1, 1]}. */
    public static TensorShape vector(int features) {
        return new TensorShape(features, 1, 1);
    }

    /** Number of positions that each channel has: height times width. */
    public int area() {
        return height * width;
    }

    @Override
    public String toString() {
        return channels + "x" + height + "x" + width;
    }
}
