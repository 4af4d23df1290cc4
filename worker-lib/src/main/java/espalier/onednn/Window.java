package espalier.onednn;

import espalier.network.TensorShape;
import org.deeplearning4j.nn.conf.ConvolutionMode;

/** How a convolution or a pooling slides over rows (vertical) and columns (horizontal). */
record Window(Axis vertical, Axis horizontal) {

    /**
     * One direction of a window.
     *
     * @param kernel positions that it sees
     * @param stride positions that it moves
     * @param before padding in front of the first position
     * @param after padding behind the last
     * @param dilation distance of two positions that it sees; 1 if they are neighbours
     */
    record Axis(int kernel, int stride, int before, int after, int dilation) {

        /**
         * From a layer's settings, of which each holds one number for each direction.
         *
         * @param direction 0 for rows, 1 for columns
         * @param extent of the input
         */
        static Axis of(
                ConvolutionMode mode,
                int[] kernel,
                int[] stride,
                int[] padding,
                int[] dilation,
                int direction,
                int extent) {
            int reach = (kernel[direction] - 1) * dilation[direction] + 1;
            int before = padding[direction];
            int after = padding[direction];
            if (mode == ConvolutionMode.Same) {
                int outputs = (extent - 1) / stride[direction] + 1;
                int total = Math.max(0, (outputs - 1) * stride[direction] + reach - extent);
                before = total / 2;
                after = total - before;
            }
            return new Axis(kernel[direction], stride[direction], before, after, dilation[direction]);
        }

        int outputs(int extent) {
            return (extent + before + after - (kernel - 1) * dilation - 1) / stride + 1;
        }
    }

    /** A window on all of an input. */
    static Window whole(TensorShape input) {
        return new Window(new Axis(input.height(), 1, 0, 0, 1), new Axis(input.width(), 1, 0, 0, 1));
    }

    /** A window on single positions. */
    static Window pointwise() {
        return new Window(new Axis(1, 1, 0, 0, 1), new Axis(1, 1, 0, 0, 1));
    }

    TensorShape slide(TensorShape input, int channels) {
        return new TensorShape(channels, vertical.outputs(input.height()), horizontal.outputs(input.width()));
    }

    boolean isDilated() {
        return vertical.dilation > 1 || horizontal.dilation > 1;
    }

    long[] kernel() {
        return new long[] {vertical.kernel, horizontal.kernel};
    }

    long[] strides() {
        return new long[] {vertical.stride, horizontal.stride};
    }

    /** Positions that are skipped, as oneDNN counts a dilation. */
    long[] gaps() {
        return new long[] {vertical.dilation - 1, horizontal.dilation - 1};
    }

    long[] before() {
        return new long[] {vertical.before, horizontal.before};
    }

    long[] after() {
        return new long[] {vertical.after, horizontal.after};
    }
}
