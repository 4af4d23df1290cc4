package espalier.onnx;

import java.util.Arrays;

/**
 * What a convolution or a pooling slides over an image. Arrays are [rows, columns]; padding is [top, left, bottom, right].
 *
 * @param kernel extent
 * @param stride distance of neighbouring outputs
 * @param dilation distance of neighbouring inputs of one output
 * @param padding rows and columns around the image
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record Window(int[] kernel, int[] stride, int[] dilation, int[] padding) {

    /** Rows (axis 0) or columns (axis 1) that it spans. */
    int span(int axis) {
        return dilation[axis] * (kernel[axis] - 1) + 1;
    }

    /** Rows or columns of the output, rounded down; less than 1 if the kernel does not fit. */
    int outputs(int axis, int extent) {
        int room = padded(axis, extent) - span(axis);
        return room < 0 ? 0 : room / stride[axis] + 1;
    }

    /** Rows or columns of the padded image. */
    int padded(int axis, int extent) {
        return extent + padding[axis] + padding[axis + 2];
    }

    /** Whether both sides have the same padding, as Deeplearning4j's layers want it. */
    boolean isSymmetric() {
        return padding[0] == padding[2] && padding[1] == padding[3];
    }

    boolean isPadded() {
        return padding[0] + padding[1] + padding[2] + padding[3] > 0;
    }

    /** Whether the padding is that of Deeplearning4j's mode Same: ceil(extent / stride) outputs, an odd row at the end. */
    boolean isSame(int height, int width) {
        return Arrays.equals(padding, samePadding(height, width, false));
    }

    /** The padding that yields ceil(extent / stride) outputs. */
    int[] samePadding(int height, int width, boolean oddAtBegin) {
        int[] same = new int[4];
        for (int axis = 0; axis < 2; axis++) {
            int extent = axis == 0 ? height : width;
            int outputs = (extent + stride[axis] - 1) / stride[axis];
            int total = Math.max(0, (outputs - 1) * stride[axis] + span(axis) - extent);
            same[axis] = oddAtBegin ? total - total / 2 : total / 2;
            same[axis + 2] = total - same[axis];
        }
        return same;
    }

    Window withPadding(int... around) {
        return new Window(kernel, stride, dilation, around);
    }
}
