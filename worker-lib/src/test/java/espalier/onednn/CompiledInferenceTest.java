package espalier.onednn;

import static espalier.onednn.TestNetworks.BATCH;
import static espalier.onednn.TestNetworks.CLASSES;
import static espalier.onednn.TestNetworks.SHAPE;
import static org.assertj.core.api.Assertions.assertThat;

import espalier.dl4j.NativeRuntime;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

class CompiledInferenceTest {
    @BeforeAll
    static void turnHelpersOn() {
        NativeRuntime.prepare(1);
    }

    static Iterable<String> networks() {
        return TestNetworks.all().keySet();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void probabilitiesEqualDeeplearning4js(String network) {
        ComputationGraph graph = TestNetworks.graph(network);
        disturbNormalization(graph);
        int count = 2 * BATCH + 3;
        float[] pixels = TestNetworks.pixels(count, 1);
        INDArray images = Nd4j.create(pixels, new long[] {count, SHAPE.channels(), SHAPE.height(), SHAPE.width()}, 'c');
        INDArray expected = graph.output(false, images)[0];
        try (CompiledInference compiled = CompiledInference.compile(graph, SHAPE, BATCH)) {
            float[] logits = compiled.logits(pixels, count);
            INDArray actual = Transforms.softmax(Nd4j.create(logits, new long[] {count, CLASSES}, 'c'));
            assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
        }
    }

    /** Statistics, scales and shifts that a training might have left. */
    private static void disturbNormalization(ComputationGraph graph) {
        SplittableRandom random = new SplittableRandom(1);
        for (Layer layer : graph.getLayers()) {
            if (layer.paramTable().containsKey("mean")) {
                layer.paramTable().forEach((key, parameter) -> {
                    double least = key.equals("var") || key.equals("gamma") ? 0.5 : -0.5;
                    for (long i = 0; i < parameter.length(); i++) {
                        parameter.putScalar(
                                i, random.nextDouble(least, least + 1) * (key.equals("log10stdev") ? 0.1 : 1));
                    }
                });
            }
        }
    }
}
