package espalier.prune;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Random arrays for comparisons: in a network that is not trained, biases, scales and running statistics are all zero or
 * one, and a slip of an index among them would not show.
 */
public final class DistinctParameters {
    private DistinctParameters() {}

    /** Draws every parameter that is not a weight from [0.5, 1.5). */
    public static void draw(ComputationGraph graph, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (Layer layer : graph.getLayers()) {
            layer.paramTable().forEach((key, parameter) -> {
                if (!key.equals("W")) {
                    parameter.assign(uniform(random, parameter.shape()).addi(0.5));
                }
            });
        }
    }

    /** Numbers from [0, 1), such as images {@code [N, C, H, W]} of noise. */
    public static INDArray uniform(SplittableRandom random, long... shape) {
        float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble();
        }
        return Nd4j.create(values, shape, 'c');
    }
}
