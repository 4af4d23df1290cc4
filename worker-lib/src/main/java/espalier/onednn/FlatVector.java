package espalier.onednn;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The memory of a network's parameters, or of their gradients.
 *
 * @param array that the memory belongs to, and that keeps it alive
 */
record FlatVector(INDArray array) {

    /** Where the values from {@code index} on lie. */
    FloatPointer at(long index) {
        return new FloatPointer(array.data().pointer()).getPointer(array.offset() + index);
    }
}
