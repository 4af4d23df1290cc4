package espalier.keras;

import java.util.SplittableRandom;

/** Numbers in Keras' order: images are {@code [N, H, W, C]}, vectors {@code [N, C]}. */
final class Tensor {
    private final int[] shape;
    private final float[] values;

    Tensor(int[] shape, float[] values) {
        this.shape = shape;
        this.values = values;
    }

    static Tensor zeros(int... shape) {
        int size = 1;
        for (int extent : shape) {
            size *= extent;
        }
        return new Tensor(shape, new float[size]);
    }

    static Tensor random(SplittableRandom random, double least, double most, int... shape) {
        Tensor tensor = zeros(shape);
        for (int i = 0; i < tensor.values.length; i++) {
            tensor.values[i] = (float) random.nextDouble(least, most);
        }
        return tensor;
    }

    int[] shape() {
        return shape;
    }

    /** The numbers themselves: who changes them changes the tensor. */
    float[] values() {
        return values;
    }

    int size(int axis) {
        return shape[axis];
    }

    int channels() {
        return shape[shape.length - 1];
    }

    float at(int... index) {
        return values[position(index)];
    }

    void add(float value, int... index) {
        values[position(index)] += value;
    }

    void set(float value, int... index) {
        values[position(index)] = value;
    }

    private int position(int... index) {
        int position = 0;
        for (int axis = 0; axis < index.length; axis++) {
            position = position * shape[axis] + index[axis];
        }
        return position;
    }
}
