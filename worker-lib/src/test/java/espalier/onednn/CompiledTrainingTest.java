package espalier.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.dl4j.ChainNetworks;
import espalier.dl4j.NativeRuntime;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.TensorShape;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CompiledTrainingTest {
    private static final TensorShape SHAPE = new TensorShape(3, 16, 16);
    private static final int BATCH = 8;
    private static final int CLASSES = 4;

    @BeforeAll
    static void turnHelpersOn() {
        NativeRuntime.prepare(1);
    }

    @Test
    void residual() {
        check(ResidualNetworks.cifar(14, 6, Shortcut.A, SHAPE, CLASSES, 1));
        check(ResidualNetworks.cifar(14, 6, Shortcut.B, SHAPE, CLASSES, 1));
    }

    @Test
    void chain() {
        check(ChainNetworks.vgg(11, 5, SHAPE, CLASSES, 1));
        check(ChainNetworks.leNet(6, SHAPE, CLASSES, 1));
    }

    private static void check(ComputationGraphConfiguration configuration) {
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        SplittableRandom random = new SplittableRandom(1);
        float[] pixels = new float[BATCH * 3 * 256];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-1, 1);
        }
        float[] targets = new float[BATCH * CLASSES];
        for (int i = 0; i < BATCH; i++) {
            targets[i * CLASSES + i % CLASSES] = 1;
        }
        graph.initGradientsView();
        graph.setInputs(Nd4j.create(pixels, new long[] {BATCH, 3, 16, 16}, 'c'));
        graph.setLabels(Nd4j.create(targets, new long[] {BATCH, CLASSES}, 'c'));
        graph.computeGradientAndScore();
        INDArray expected = graph.getFlattenedGradients().dup();
        graph.getFlattenedGradients().assign(7);
        try (CompiledTraining compiled = CompiledTraining.compile(graph, SHAPE, BATCH)) {
            double loss = compiled.computeGradient(pixels, targets);
            INDArray actual = graph.getFlattenedGradients();
            System.out.println(loss + " " + graph.score() + " distance " + actual.distance2(expected) + " norm "
                    + expected.norm2Number());
            for (var layer : graph.getLayers()) {
                layer.paramTable().forEach((key, p) -> {
                    long from = p.offset() - graph.params().offset();
                    INDArray a = actual.reshape(actual.length())
                            .get(org.nd4j.linalg.indexing.NDArrayIndex.interval(from, from + p.length()));
                    INDArray e = expected.reshape(actual.length())
                            .get(org.nd4j.linalg.indexing.NDArrayIndex.interval(from, from + p.length()));
                    System.out.printf(
                            "%s %s %.2e %.2e%n",
                            layer.conf().getLayer().getLayerName(),
                            key,
                            a.distance2(e),
                            e.norm2Number().doubleValue());
                });
            }
            assertThat(loss).isCloseTo(graph.score(), within(1e-5));
            assertThat(actual.distance2(expected))
                    .isLessThan(1e-4 * expected.norm2Number().doubleValue());
        }
    }
}
