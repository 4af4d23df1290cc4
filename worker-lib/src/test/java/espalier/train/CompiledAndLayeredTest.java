package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.data.Augmentation;
import espalier.data.BatchSampler;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.dl4j.NativeRuntime;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.TensorShape;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

class CompiledAndLayeredTest {
    private static final TensorShape SHAPE = new TensorShape(1, 12, 12);
    private static final int CLASSES = 3;
    private static final int BATCH = 8;
    private static final Deadline NEVER = Deadline.in(3600);

    @BeforeAll
    static void turnHelpersOn() {
        NativeRuntime.prepare(1);
    }

    @Test
    void builtInNetworksAreCompiled() {
        ComputationGraph graph = residual();
        try (LossGradient gradient = LossGradient.of(graph, SHAPE, BATCH);
                Scores scores = Scores.of(graph, SHAPE);
                BatchMoments moments = BatchMoments.of(graph, SHAPE, BATCH, Set.of())) {
            assertThat(gradient).isInstanceOf(LossGradient.Compiled.class);
            assertThat(scores).isInstanceOf(Scores.Compiled.class);
            assertThat(moments).isInstanceOf(BatchMoments.Compiled.class);
        }
    }

    @Test
    void bothWaysMeasureTheSameMoments() {
        ComputationGraph graph = residual();
        Set<String> layers = Set.of("stem-norm", "stage3-block1-conv2-norm");
        Map<String, float[]> expected = moments(new BatchMoments.Layered(graph, layers));
        Map<String, float[]> actual = moments(BatchMoments.of(graph, SHAPE, BATCH, layers));
        expected.forEach((name, values) ->
                assertThat(Objects.requireNonNull(actual.get(name))).containsExactly(values, within(1e-5f)));
    }

    private static Map<String, float[]> moments(BatchMoments way) {
        Map<String, float[]> moments = new TreeMap<>();
        try (way;
                BatchBuffer buffer = new BatchBuffer(BATCH, 1, 12, 12, CLASSES)) {
            way.compute(
                    buffer,
                    buffer.fill(images(BATCH).training(Augmentation.NONE, 1, 0), 0),
                    (layer, mean, variance) -> {
                        moments.put(layer + "/mean", mean);
                        moments.put(layer + "/variance", variance);
                    });
        }
        return moments;
    }

    @Test
    void aNetworkThatCannotBeCompiledRunsLayerByLayer() {
        ComputationGraph graph = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(1)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(12, 12, 1))
                .addLayer(
                        "convolution",
                        new ConvolutionLayer.Builder(3, 3)
                                .nOut(8)
                                .activation(Activation.SWISH)
                                .build(),
                        "in")
                .addLayer("norm", new BatchNormalization(), "convolution")
                .addLayer("pool", new GlobalPoolingLayer(), "norm")
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
        INDArray before = graph.params().dup();
        BatchSampler images = images(32);
        LearningRateSchedule rate = new LearningRateSchedule(LearningRateSchedule.Law.CONSTANT, 0.05, 0, List.of(), 1);
        TrainingPlan plan = new TrainingPlan(2, BATCH, rate, 0.9, 1e-4, 0, Augmentation.NONE);
        double loss = Trainer.train(graph, images, SHAPE, CLASSES, plan, 1, NEVER);
        BatchNormRecalibration.recalibrate(graph, images, SHAPE, CLASSES, 2, 1, NEVER);
        assertThat(loss).isBetween(0.0, 2.0);
        assertThat(graph.params().distance2(before)).isGreaterThan(0.01);
        assertThat(Evaluator.accuracy(graph, images, SHAPE, CLASSES)).isBetween(10.0, 100.0);
    }

    private static ComputationGraph residual() {
        ComputationGraph graph = new ComputationGraph(ResidualNetworks.cifar(8, 6, Shortcut.A, SHAPE, CLASSES, 1));
        graph.init();
        return graph;
    }

    private static BatchSampler images(int count) {
        byte[] pixels = new byte[count * SHAPE.area()];
        byte[] labels = new byte[count];
        new SplittableRandom(1).nextBytes(pixels);
        for (int image = 0; image < count; image++) {
            labels[image] = (byte) (image % CLASSES);
        }
        ImageSet images = new ImageSet(1, SHAPE.height(), SHAPE.width(), CLASSES, pixels, labels);
        return BatchSampler.of(images, Normalization.of(images), BATCH);
    }
}
