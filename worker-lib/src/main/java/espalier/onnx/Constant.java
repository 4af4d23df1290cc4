package espalier.onnx;

import java.util.Arrays;

/**
 * A tensor that does not depend on the image: weights, and the shapes that exporters compute. In 'c' order.
 *
 * <p>Holds floats or integers. In a shape the batch size, which is not known, is {@link #BATCH}.
 */
final class Constant implements Value {
    /** Stands for the batch size in a tensor of integers. */
    static final long BATCH = Long.MIN_VALUE;

    private final int[] dims;
    private final float[] floats;
    private final long[] integers;
    private final boolean integer;

    private Constant(int[] dims, float[] floats, long[] integers, boolean integer) {
        this.dims = dims;
        this.floats = floats;
        this.integers = integers;
        this.integer = integer;
    }

    static Constant ofFloats(int[] dims, float[] values) {
        return new Constant(dims, values, new long[0], false);
    }

    static Constant ofIntegers(int[] dims, long[] values) {
        return new Constant(dims, new float[0], values, true);
    }

    /** A vector of integers. */
    static Constant ofIntegers(long... values) {
        return ofIntegers(new int[] {values.length}, values);
    }

    int[] dims() {
        return dims;
    }

    int rank() {
        return dims.length;
    }

    int size() {
        return integer ? integers.length : floats.length;
    }

    boolean isInteger() {
        return integer;
    }

    /** The values as floats; of integers the nearest. */
    float[] floats() {
        if (!integer) {
            return floats;
        }
        float[] converted = new float[integers.length];
        for (int i = 0; i < converted.length; i++) {
            converted[i] = integers[i];
        }
        return converted;
    }

    /** The values as integers; floats are cut off. */
    long[] integers() {
        return integer
                ? integers
                : Arrays.stream(doubles()).mapToLong(value -> (long) value).toArray();
    }

    private double[] doubles() {
        double[] values = new double[floats.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats[i];
        }
        return values;
    }

    /** The same values in another shape of as many. */
    Constant reshaped(int... shape) {
        return new Constant(shape, floats, integers, integer);
    }

    /** A tensor of this one's values at some positions. */
    Constant at(int[] shape, int[] positions) {
        if (integer) {
            return ofIntegers(
                    shape,
                    Arrays.stream(positions)
                            .mapToLong(position -> integers[position])
                            .toArray());
        }
        float[] picked = new float[positions.length];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = floats[positions[i]];
        }
        return ofFloats(shape, picked);
    }

    /** The same values with axes in another order. */
    Constant transposed(int[] axes) {
        int[] shape = Arrays.stream(axes).map(axis -> dims[axis]).toArray();
        int[] strides = strides(dims);
        int[] positions = new int[size()];
        int[] index = new int[shape.length];
        for (int target = 0; target < positions.length; target++) {
            int source = 0;
            for (int axis = 0; axis < index.length; axis++) {
                source += index[axis] * strides[axes[axis]];
            }
            positions[target] = source;
            advance(index, shape);
        }
        return at(shape, positions);
    }

    /** Distance of neighbours along each axis. */
    static int[] strides(int[] shape) {
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strides;
    }

    /** The next index in 'c' order. */
    static void advance(int[] index, int[] shape) {
        for (int axis = shape.length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) {
            index[axis] = 0;
        }
    }

    @Override
    public String toString() {
        return (integer ? "integers" : "floats") + Arrays.toString(dims);
    }
}
