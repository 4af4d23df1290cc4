package espalier.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FastReluTest {
    private static final float[] INPUT = {-2, -1e-30f, -0f, 0, 1e-30f, 3};
    private static final float[] GRADIENT = {1, 2, 3, 4, 5, -6};

    @Test
    void equalsDeeplearning4jForwardAndBackward() {
        INDArray gradient = Nd4j.createFromArray(GRADIENT);
        assertThat(new FastRelu().getActivation(Nd4j.createFromArray(INPUT), true))
                .isEqualTo(new ActivationReLU().getActivation(Nd4j.createFromArray(INPUT), true));
        assertThat(new FastRelu()
                        .backprop(Nd4j.createFromArray(INPUT), gradient)
                        .getFirst())
                .isEqualTo(new ActivationReLU()
                        .backprop(Nd4j.createFromArray(INPUT), gradient)
                        .getFirst())
                .isEqualTo(Nd4j.createFromArray(0f, 0f, 0f, 0f, 5f, -6f));
    }

    @Test
    void leavesTheIncomingGradientAsItWas() {
        INDArray gradient = Nd4j.createFromArray(GRADIENT);
        new FastRelu().backprop(Nd4j.createFromArray(INPUT), gradient);
        assertThat(gradient).isEqualTo(Nd4j.createFromArray(GRADIENT));
    }
}
