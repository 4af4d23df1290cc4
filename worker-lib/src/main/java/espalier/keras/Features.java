package espalier.keras;

import espalier.network.TensorShape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a vertex of the graph gives to its readers.
 *
 * @param vertex name of the vertex, or of the input
 * @param shape of one example
 * @param flat whether it is a vector, {@code [N, C]}, and not images, {@code [N, C, H, W]}
 * @param kerasOrder for each channel or feature, which one it is in Keras: a flatten orders features otherwise
 */
record Features(String vertex, TensorShape shape, boolean flat, List<Integer> kerasOrder) {
    Features {
        kerasOrder = List.copyOf(kerasOrder);
    }

    static Features image(String vertex, TensorShape shape) {
        return new Features(vertex, shape, false, natural(shape.channels()));
    }

    static Features vector(String vertex, int features) {
        return new Features(vertex, TensorShape.vector(features), true, natural(features));
    }

    /** The same features behind another vertex. */
    Features at(String vertex) {
        return new Features(vertex, shape, flat, kerasOrder);
    }

    /** Whether the features are those that Keras has, in the same order. */
    boolean inKerasOrder() {
        return kerasOrder.equals(natural(kerasOrder.size()));
    }

    int channels() {
        return shape.channels();
    }

    /** The shape as Keras writes it, {@code [H, W, C]} or {@code [C]}. */
    List<Integer> kerasShape() {
        return flat ? List.of(shape.channels()) : List.of(shape.height(), shape.width(), shape.channels());
    }

    static List<Integer> natural(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
