package espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What two networks answer to the same images, before softmax. */
final class Logits {
    private static final double TOLERANCE = 1e-4;

    private Logits() {}

    /** Deeplearning4j's. */
    static INDArray of(ComputationGraph graph, INDArray images) {
        ComputationGraph bare = graph.clone();
        Layer last = bare.getOutputLayer(0);
        ((BaseLayer) last.conf().getLayer()).setActivationFn(new ActivationIdentity());
        return bare.outputSingle(images);
    }

    static INDArray images(int count, int channels, int height, int width) {
        Nd4j.getRandom().setSeed(3);
        return Nd4j.randn(DataType.FLOAT, count, channels, height, width);
    }

    /** Weights, biases and statistics unlike those of a fresh network, so that every one of them counts. */
    static ComputationGraph randomized(ComputationGraph graph) {
        graph.init();
        Nd4j.getRandom().setSeed(17);
        for (Layer layer : graph.getLayers()) {
            layer.paramTable().forEach((key, array) -> {
                if (!key.equals("W") && !key.equals("pW")) {
                    array.assign(Nd4j.rand(DataType.FLOAT, array.shape()).addi(0.5));
                }
            });
        }
        return graph;
    }

    static void assertEqual(INDArray actual, INDArray expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double scale = Math.max(1, expected.amaxNumber().doubleValue());
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(TOLERANCE * scale);
        assertThat(expected.stdNumber().doubleValue()).isGreaterThan(0);
    }
}
