package espalier.dl4j;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.factory.Nd4j;

/**
 * max(0, x) with a backward pass of two fast operations, a step and a product, in the place of ND4J's {@code relu_bp}, which is five times slower.
 */
final class FastRelu extends ActivationReLU {
    private static final long serialVersionUID = 1L;

    /** Overwrites {@code in} with the gradient, as Deeplearning4j allows an activation function to. */
    @Override
    public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
        assertShape(in, epsilon);
        Nd4j.getExecutioner().exec(new Step(in, in, 0.0));
        return new Pair<>(in.muli(epsilon), null);
    }
}
