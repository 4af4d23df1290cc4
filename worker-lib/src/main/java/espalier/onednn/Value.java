package espalier.onednn;

import espalier.network.TensorShape;

/** What flows between two operations, for one example. A value is itself alone: two of them may have one name. */
final class Value {
    private final String name;
    private final TensorShape shape;

    /**
     * Names a value.
     *
     * @param name of the layer or vertex that makes it
     * @param shape {@code [C, H, W]}; a vector of features is {@code [C, 1, 1]}
     */
    Value(String name, TensorShape shape) {
        this.name = name;
        this.shape = shape;
    }

    String name() {
        return name;
    }

    TensorShape shape() {
        return shape;
    }

    /** The shape of a batch, {@code [N, C, H, W]}. */
    long[] dimensions(int batch) {
        return new long[] {batch, shape.channels(), shape.height(), shape.width()};
    }
}
