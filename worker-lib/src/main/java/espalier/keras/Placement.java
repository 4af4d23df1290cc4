package espalier.keras;

import espalier.keras.KerasLayer.Extent;
import espalier.network.TensorShape;
import org.deeplearning4j.nn.conf.ConvolutionMode;

/**
 * Where the windows of a convolution or a pooling lie on an image.
 *
 * @param rows along the height
 * @param columns along the width
 */
record Placement(Axis rows, Axis columns) {

    /**
     * Windows along one axis.
     *
     * @param before zeros in front of the image
     * @param after zeros behind it
     * @param outputs number of windows
     */
    record Axis(int before, int after, int outputs) {
        /** As many windows as steps fit; with {@code same} padding the odd zero lies behind the image. */
        static Axis of(int extent, int window, int stride, boolean same) {
            if (!same) {
                return new Axis(0, 0, (extent - window) / stride + 1);
            }
            int outputs = (extent - 1) / stride + 1;
            int zeros = Math.max((outputs - 1) * stride + window - extent, 0);
            return new Axis(zeros / 2, zeros - zeros / 2, outputs);
        }
    }

    /** Places the windows of a layer on images of a shape. */
    static Placement of(KerasLayer layer, TensorShape image, Extent kernel, Extent stride, Extent dilation) {
        String padding = layer.text("padding", "valid");
        boolean same = padding.equals("same");
        if (!same && !padding.equals("valid")) {
            throw layer.refuse("has padding '" + padding + "'; 'same' and 'valid' are known");
        }
        int rows = window(kernel.rows(), dilation.rows());
        int columns = window(kernel.columns(), dilation.columns());
        if (Math.min(rows, columns) < 1 || Math.min(stride.rows(), stride.columns()) < 1) {
            throw layer.refuse("has kernel " + kernel + " and stride " + stride + "; both must be at least 1");
        }
        if (!same && (rows > image.height() || columns > image.width())) {
            throw layer.refuse("has a window of %dx%d on images of %dx%d; it must fit"
                    .formatted(rows, columns, image.height(), image.width()));
        }
        return new Placement(
                Axis.of(image.height(), rows, stride.rows(), same),
                Axis.of(image.width(), columns, stride.columns(), same));
    }

    /** A window of one position at each position. */
    static Placement everywhere(TensorShape image) {
        return new Placement(new Axis(0, 0, image.height()), new Axis(0, 0, image.width()));
    }

    private static int window(int kernel, int dilation) {
        return Math.addExact(Math.multiplyExact(kernel - 1, dilation), 1);
    }

    /** Explicit padding where both sides have the same; else Deeplearning4j must divide it. */
    ConvolutionMode mode() {
        boolean even = rows.before() == rows.after() && columns.before() == columns.after();
        return even ? ConvolutionMode.Truncate : ConvolutionMode.Same;
    }

    /** Zeros on either side, for {@link ConvolutionMode#Truncate}. */
    int[] padding() {
        return mode() == ConvolutionMode.Truncate ? new int[] {rows.before(), columns.before()} : new int[] {0, 0};
    }

    /** The images that come of it. */
    TensorShape output(int channels) {
        return new TensorShape(channels, rows.outputs(), columns.outputs());
    }
}
