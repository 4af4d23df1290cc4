package espalier.weights;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One parameter of a layer on the Java heap, in 'c' order. Many threads may read it; nobody writes.
 *
 * <p>Slices are taken here and not on ND4J arrays: a view of a shared native array belongs to one thread.
 */
public final class WeightTensor {
    private final long[] shape;
    private final float[] values;

    private WeightTensor(long[] shape, float[] values) {
        this.shape = shape;
        this.values = values;
    }

    /** A copy of an array of any order. */
    public static WeightTensor copyOf(INDArray array) {
        return new WeightTensor(array.shape(), array.dup('c').data().asFloat());
    }

    /** Extent of an axis. */
    public int size(int axis) {
        return Math.toIntExact(shape[axis]);
    }

    /** Number of axes. */
    public int rank() {
        return shape.length;
    }

    /**
     * The values of one index of the first axis, such as one filter of a convolution's {@code [out, in, kH, kW]}.
     *
     * @return a new array
     */
    public float[] row(int index) {
        int length = values.length / size(0);
        return Arrays.copyOfRange(values, index * length, (index + 1) * length);
    }

    /** Element by position in 'c' order. */
    public float value(int position) {
        return values[position];
    }

    /** The tensor that keeps only the given indices of an axis, in their order. */
    public WeightTensor select(int axis, int[] kept) {
        int before = product(0, axis);
        int after = product(axis + 1, shape.length);
        int extent = size(axis);
        float[] selected = new float[before * kept.length * after];
        int target = 0;
        for (int outer = 0; outer < before; outer++) {
            for (int index : kept) {
                System.arraycopy(values, (outer * extent + index) * after, selected, target, after);
                target += after;
            }
        }
        long[] selectedShape = shape.clone();
        selectedShape[axis] = kept.length;
        return new WeightTensor(selectedShape, selected);
    }

    /**
     * Writes the values into a layer's parameter.
     *
     * @param parameter of the same shape
     * @throws IllegalArgumentException if its shape is another
     */
    public void writeTo(INDArray parameter) {
        if (!Arrays.equals(parameter.shape(), shape)) {
            throw new IllegalArgumentException("parameter has shape " + Arrays.toString(parameter.shape())
                    + ", its new values have shape " + Arrays.toString(shape) + "; they must be equal");
        }
        parameter.assign(Nd4j.create(values, shape, 'c'));
    }

    private int product(int from, int to) {
        int product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= size(axis);
        }
        return product;
    }
}
