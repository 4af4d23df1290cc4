package espalier.onednn;

import espalier.network.TensorShape;

/**
 * What flows between two operations, for one example.
 *
 * @param name of the layer or vertex that makes it, unique in a program
 * @param shape {@code [C, H, W]}; a vector of features is {@code [C, 1, 1]}
 */
record Value(String name, TensorShape shape) {

    /** The shape of a batch, {@code [N, C, H, W]}. */
    long[] dimensions(int batch) {
        return new long[] {batch, shape.channels(), shape.height(), shape.width()};
    }
}
