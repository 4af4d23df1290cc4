package espalier.onednn;

import static espalier.onednn.TestNetworks.BATCH;
import static espalier.onednn.TestNetworks.CLASSES;
import static espalier.onednn.TestNetworks.SHAPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.dl4j.NativeRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class CompiledTrainingTest {
    private static final double ROUNDING = 1e-4;

    @BeforeAll
    static void turnHelpersOn() {
        NativeRuntime.prepare(1);
    }

    static Iterable<String> networks() {
        return TestNetworks.all().keySet();
    }

    @ParameterizedTest
    @MethodSource("networks")
    void gradientsAndLossEqualDeeplearning4js(String network) {
        ComputationGraph graph = TestNetworks.graph(network);
        float[] pixels = TestNetworks.pixels(BATCH, 1);
        double expectedLoss = differentiate(graph, pixels);
        Map<String, INDArray> expected = gradients(graph);
        graph.getFlattenedGradients().assign(7);
        try (CompiledTraining compiled = CompiledTraining.compile(graph, SHAPE, BATCH)) {
            double loss = compiled.computeGradient(pixels, TestNetworks.targets());
            assertThat(loss).isCloseTo(expectedLoss, within(1e-5));
        }
        Map<String, INDArray> actual = gradients(graph);
        double largest = expected.values().stream()
                .mapToDouble(gradient -> gradient.norm2Number().doubleValue())
                .max()
                .orElseThrow();
        expected.forEach((name, gradient) -> assertThat(gradient.distance2(Objects.requireNonNull(actual.get(name))))
                .as(name)
                .isLessThan(ROUNDING * gradient.norm2Number().doubleValue() + 1e-6 * largest));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void weightsAfterManyStepsStayWithDeeplearning4js(String network) {
        ComputationGraph expected = TestNetworks.graph(network);
        ComputationGraph actual = TestNetworks.graph(network);
        INDArray start = expected.params().dup();
        expected.initGradientsView();
        try (CompiledTraining compiled = CompiledTraining.compile(actual, SHAPE, BATCH)) {
            for (int step = 0; step < 5; step++) {
                float[] pixels = TestNetworks.pixels(BATCH, step);
                differentiate(expected, pixels);
                compiled.computeGradient(pixels, TestNetworks.targets());
                descend(expected);
                descend(actual);
            }
        }
        assertThat(actual.params().distance2(expected.params())).isLessThan(1e-3 * start.distance2(expected.params()));
    }

    @Test
    void sameStepsGiveTheSameBits() {
        for (String network : networks()) {
            ComputationGraph first = TestNetworks.graph(network);
            ComputationGraph second = TestNetworks.graph(network);
            assertThat(train(first)).isEqualTo(train(second));
            assertThat(first.params()).isEqualTo(second.params());
        }
    }

    @Test
    void severalThreadsTrainSideBySide() throws Exception {
        List<Double> alone = train(TestNetworks.graph("residual a"));
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Callable<List<Double>> trial = () -> {
                NativeRuntime.prepare(1);
                return train(TestNetworks.graph("residual a"));
            };
            for (Future<List<Double>> losses : threads.invokeAll(List.of(trial, trial, trial))) {
                assertThat(losses.get()).isEqualTo(alone);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void measuresTheBatchInFrontOfEachNormalization() {
        ComputationGraph graph = TestNetworks.graph("dense connections");
        float[] pixels = TestNetworks.pixels(BATCH, 1);
        Map<String, INDArray> activations = graph.feedForward(new INDArray[] {images(pixels)}, true, true);
        List<String> layers = new ArrayList<>();
        try (CompiledTraining compiled = CompiledTraining.compileForward(graph, SHAPE, BATCH)) {
            compiled.measure(pixels, (layer, mean, variance) -> {
                layers.add(layer);
                INDArray input = Objects.requireNonNull(activations.get(layer.equals("norm1") ? "stem" : "merge1"));
                assertThat(Nd4j.createFromArray(mean).distance2(input.mean(0, 2, 3)))
                        .isLessThan(1e-5);
                assertThat(Nd4j.createFromArray(variance).distance2(input.var(false, 0, 2, 3)))
                        .isLessThan(1e-5);
            });
        }
        assertThat(layers).containsExactly("norm1", "norm2");
    }

    @Test
    void saysWhatItCannotCompile() {
        ComputationGraph graph = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(16, 16, 3))
                .addLayer("odd", new ActivationLayer(Activation.SOFTSIGN), "in")
                .addLayer("pool", new GlobalPoolingLayer(), "odd")
                .addLayer(
                        "classifier",
                        new OutputLayer.Builder()
                                .nOut(CLASSES)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "pool")
                .setOutputs("classifier")
                .build());
        graph.init();
        assertThatThrownBy(() -> CompiledTraining.compile(graph, SHAPE, BATCH))
                .isInstanceOf(UnsupportedNetworkException.class)
                .hasMessage("layer 'odd' has the activation function softsign");
    }

    private static List<Double> train(ComputationGraph graph) {
        List<Double> losses = new ArrayList<>();
        try (CompiledTraining compiled = CompiledTraining.compile(graph, SHAPE, BATCH)) {
            for (int step = 0; step < 3; step++) {
                losses.add(compiled.computeGradient(TestNetworks.pixels(BATCH, step), TestNetworks.targets()));
                descend(graph);
            }
        }
        return losses;
    }

    private static void descend(ComputationGraph graph) {
        graph.params()
                .subi(graph.getFlattenedGradients()
                        .mul(1e-3)
                        .reshape(graph.params().shape()));
    }

    private static double differentiate(ComputationGraph graph, float[] pixels) {
        graph.setInputs(images(pixels));
        graph.setLabels(Nd4j.create(TestNetworks.targets(), new long[] {BATCH, CLASSES}, 'c'));
        graph.computeGradientAndScore();
        return graph.score();
    }

    private static INDArray images(float[] pixels) {
        return Nd4j.create(pixels, new long[] {BATCH, SHAPE.channels(), SHAPE.height(), SHAPE.width()}, 'c');
    }

    /** Copies of the gradients by layer and parameter. */
    private static Map<String, INDArray> gradients(ComputationGraph graph) {
        INDArray flat = graph.getFlattenedGradients().reshape(graph.numParams());
        Map<String, INDArray> gradients = new TreeMap<>();
        for (var layer : graph.getLayers()) {
            layer.paramTable().forEach((key, parameter) -> {
                long from = parameter.offset() - graph.params().offset();
                gradients.put(
                        layer.conf().getLayer().getLayerName() + "/" + key,
                        flat.get(NDArrayIndex.interval(from, from + parameter.length()))
                                .dup());
            });
        }
        return gradients;
    }
}
