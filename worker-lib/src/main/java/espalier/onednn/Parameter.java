package espalier.onednn;

import org.bytedeco.javacpp.FloatPointer;

/** Where a parameter lies in the flat vector of a network's parameters, in floats; the same place in that of its gradients. */
final class Parameter {
    private final long offset;
    private final long[] dimensions;
    private final long[] strides;

    /**
     * Makes a place.
     *
     * @param dimensions as oneDNN names them: {@code [O, I, kH, kW]}, with groups {@code [G, O, I, kH, kW]}, or {@code [C]}
     * @param strides of these dimensions
     */
    Parameter(long offset, long[] dimensions, long[] strides) {
        this.offset = offset;
        this.dimensions = dimensions.clone();
        this.strides = strides.clone();
    }

    long offset() {
        return offset;
    }

    long[] dimensions() {
        return dimensions.clone();
    }

    long[] strides() {
        return strides.clone();
    }

    /** Number of values. */
    int length() {
        long product = 1;
        for (long dimension : dimensions) {
            product *= dimension;
        }
        return Math.toIntExact(product);
    }

    /** Copies the values from the flat vector, in the order of the dimensions. */
    void gather(FloatPointer vector, float[] values) {
        long[] index = new long[dimensions.length];
        for (int i = 0; i < values.length; i++) {
            long place = offset;
            for (int axis = 0; axis < index.length; axis++) {
                place += index[axis] * strides[axis];
            }
            values[i] = vector.get(place);
            advance(index);
        }
    }

    private void advance(long[] index) {
        for (int axis = index.length - 1; axis >= 0; axis--) {
            if (++index[axis] < dimensions[axis]) {
                return;
            }
            index[axis] = 0;
        }
    }
}
