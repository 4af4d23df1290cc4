package espalier.keras;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** What Keras layers compute, by loops over {@code [N, H, W, C]}; slow and plain. */
final class KerasReference {
    private KerasReference() {}

    /** Where a window of an axis begins, and how often it fits. */
    private record Axis(int before, int outputs) {
        static Axis of(int extent, int window, int stride, boolean same) {
            if (!same) {
                return new Axis(0, (extent - window) / stride + 1);
            }
            int outputs = (extent + stride - 1) / stride;
            return new Axis(Math.max((outputs - 1) * stride + window - extent, 0) / 2, outputs);
        }
    }

    /** Visits the pairs of an output position and an input position inside the image. */
    private interface Tap {
        void visit(int row, int column, int inputRow, int inputColumn, int kernelRow, int kernelColumn);
    }

    private static void slide(Tensor input, Window window, Tap tap) {
        Axis rows = Axis.of(input.size(1), window.rows(), window.stride(), window.same());
        Axis columns = Axis.of(input.size(2), window.columns(), window.stride(), window.same());
        for (int row = 0; row < rows.outputs(); row++) {
            for (int column = 0; column < columns.outputs(); column++) {
                for (int i = 0; i < window.kernelRows(); i++) {
                    for (int j = 0; j < window.kernelColumns(); j++) {
                        int y = row * window.stride() - rows.before() + i * window.dilation();
                        int x = column * window.stride() - columns.before() + j * window.dilation();
                        if (y >= 0 && y < input.size(1) && x >= 0 && x < input.size(2)) {
                            tap.visit(row, column, y, x, i, j);
                        }
                    }
                }
            }
        }
    }

    private static Tensor output(Tensor input, Window window, int channels) {
        return Tensor.zeros(
                input.size(0),
                Axis.of(input.size(1), window.rows(), window.stride(), window.same())
                        .outputs(),
                Axis.of(input.size(2), window.columns(), window.stride(), window.same())
                        .outputs(),
                channels);
    }

    /** A sliding window of a convolution or a pooling. */
    record Window(int kernelRows, int kernelColumns, int stride, int dilation, boolean same) {
        int rows() {
            return (kernelRows - 1) * dilation + 1;
        }

        int columns() {
            return (kernelColumns - 1) * dilation + 1;
        }
    }

    /** Kernel {@code [kh, kw, in, out]}. */
    static Tensor convolution(Tensor input, Tensor kernel, Window window) {
        Tensor output = output(input, window, kernel.size(3));
        for (int image = 0; image < input.size(0); image++) {
            int n = image;
            slide(input, window, (row, column, y, x, i, j) -> {
                for (int in = 0; in < input.channels(); in++) {
                    for (int out = 0; out < kernel.size(3); out++) {
                        output.add(input.at(n, y, x, in) * kernel.at(i, j, in, out), n, row, column, out);
                    }
                }
            });
        }
        return output;
    }

    /** Kernel {@code [kh, kw, in, multiplier]}. */
    static Tensor depthwise(Tensor input, Tensor kernel, Window window) {
        int multiplier = kernel.size(3);
        Tensor output = output(input, window, input.channels() * multiplier);
        for (int image = 0; image < input.size(0); image++) {
            int n = image;
            slide(input, window, (row, column, y, x, i, j) -> {
                for (int in = 0; in < input.channels(); in++) {
                    for (int m = 0; m < multiplier; m++) {
                        output.add(input.at(n, y, x, in) * kernel.at(i, j, in, m), n, row, column, in * multiplier + m);
                    }
                }
            });
        }
        return output;
    }

    static Tensor maxPool(Tensor input, Window window) {
        Tensor output = output(input, window, input.channels());
        Arrays.fill(output.values(), Float.NEGATIVE_INFINITY);
        for (int image = 0; image < input.size(0); image++) {
            int n = image;
            slide(input, window, (row, column, y, x, i, j) -> {
                for (int c = 0; c < input.channels(); c++) {
                    output.set(Math.max(output.at(n, row, column, c), input.at(n, y, x, c)), n, row, column, c);
                }
            });
        }
        return output;
    }

    /** The mean of what lies inside the image. */
    static Tensor averagePool(Tensor input, Window window) {
        Tensor output = output(input, window, input.channels());
        Tensor counts = output(input, window, input.channels());
        for (int image = 0; image < input.size(0); image++) {
            int n = image;
            slide(input, window, (row, column, y, x, i, j) -> {
                for (int c = 0; c < input.channels(); c++) {
                    output.add(input.at(n, y, x, c), n, row, column, c);
                    counts.add(1, n, row, column, c);
                }
            });
        }
        for (int i = 0; i < output.values().length; i++) {
            output.values()[i] /= counts.values()[i];
        }
        return output;
    }

    static Tensor globalAverage(Tensor input) {
        Tensor output = Tensor.zeros(input.size(0), input.channels());
        int area = input.size(1) * input.size(2);
        int perImage = area * input.channels();
        for (int i = 0; i < input.values().length; i++) {
            output.add(input.values()[i] / area, i / perImage, i % input.channels());
        }
        return output;
    }

    static Tensor globalMax(Tensor input) {
        return flatten(maxPool(input, new Window(input.size(1), input.size(2), 1, 1, false)));
    }

    static Tensor perChannel(Tensor input, PerChannel function) {
        Tensor output = Tensor.zeros(input.shape());
        for (int i = 0; i < input.values().length; i++) {
            output.values()[i] = (float) function.apply(i % input.channels(), input.values()[i]);
        }
        return output;
    }

    /** A function of a channel and a value. */
    interface PerChannel {
        double apply(int channel, double value);
    }

    static Tensor map(Tensor input, DoubleUnaryOperator function) {
        return perChannel(input, (channel, value) -> function.applyAsDouble(value));
    }

    /** Any shape to another of as many numbers in the same order. */
    static Tensor reshape(Tensor input, int... shape) {
        int[] whole = new int[shape.length + 1];
        whole[0] = input.size(0);
        System.arraycopy(shape, 0, whole, 1, shape.length);
        return new Tensor(whole, input.values());
    }

    static Tensor flatten(Tensor input) {
        return reshape(input, input.values().length / input.size(0));
    }

    /** Kernel {@code [in, out]}; of the last axis, whatever comes before. */
    static Tensor dense(Tensor input, Tensor kernel) {
        int in = input.channels();
        int out = kernel.size(1);
        int[] shape = input.shape().clone();
        shape[shape.length - 1] = out;
        Tensor output = Tensor.zeros(shape);
        for (int position = 0; position < input.values().length / in; position++) {
            for (int i = 0; i < in; i++) {
                for (int o = 0; o < out; o++) {
                    output.values()[position * out + o] += input.values()[position * in + i] * kernel.at(i, o);
                }
            }
        }
        return output;
    }

    static Tensor softmax(Tensor input) {
        Tensor output = map(input, Math::exp);
        int channels = input.channels();
        for (int first = 0; first < output.values().length; first += channels) {
            float sum = 0;
            for (int i = first; i < first + channels; i++) {
                sum += output.values()[i];
            }
            for (int i = first; i < first + channels; i++) {
                output.values()[i] /= sum;
            }
        }
        return output;
    }

    /** The images at an offset inside of larger ones, or, with negative offsets, a part of them. */
    static Tensor shift(Tensor input, int top, int left, int height, int width) {
        Tensor output = Tensor.zeros(input.size(0), height, width, input.channels());
        for (int n = 0; n < input.size(0); n++) {
            for (int y = Math.max(0, top); y < Math.min(height, top + input.size(1)); y++) {
                for (int x = Math.max(0, left); x < Math.min(width, left + input.size(2)); x++) {
                    for (int c = 0; c < input.channels(); c++) {
                        output.set(input.at(n, y - top, x - left, c), n, y, x, c);
                    }
                }
            }
        }
        return output;
    }

    static Tensor upsample(Tensor input, int rows, int columns) {
        Tensor output = Tensor.zeros(input.size(0), input.size(1) * rows, input.size(2) * columns, input.channels());
        for (int i = 0; i < output.values().length; i++) {
            int c = i % input.channels();
            int x = i / input.channels() % output.size(2);
            int y = i / input.channels() / output.size(2) % output.size(1);
            int n = i / input.channels() / output.size(2) / output.size(1);
            output.values()[i] = input.at(n, y / rows, x / columns, c);
        }
        return output;
    }

    /** A function of two numbers. */
    interface Combination {
        double apply(double left, double right);
    }

    /** Element by element; {@code right} may have one number for each channel of an image. */
    static Tensor combine(Tensor left, Tensor right, Combination combination) {
        Tensor output = Tensor.zeros(left.shape());
        boolean broadcast = left.values().length != right.values().length;
        int perImage = left.values().length / left.size(0);
        int channels = left.channels();
        for (int i = 0; i < left.values().length; i++) {
            int other = broadcast ? i / perImage * channels + i % channels : i;
            output.values()[i] = (float) combination.apply(left.values()[i], right.values()[other]);
        }
        return output;
    }

    /** One behind the other along the last axis. */
    static Tensor concatenate(List<Tensor> inputs) {
        int channels = inputs.stream().mapToInt(Tensor::channels).sum();
        int[] shape = inputs.get(0).shape().clone();
        shape[shape.length - 1] = channels;
        Tensor output = Tensor.zeros(shape);
        int offset = 0;
        for (Tensor input : inputs) {
            for (int i = 0; i < input.values().length; i++) {
                output.values()[i / input.channels() * channels + offset + i % input.channels()] = input.values()[i];
            }
            offset += input.channels();
        }
        return output;
    }
}
