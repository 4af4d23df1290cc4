package espalier.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.convolution.ConvolutionHelper;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

class FastLayersTest {
    private static final int STEPS = 20;
    private static final int BATCH = 16;
    private static final int CLASSES = 4;

    @BeforeAll
    static void turnHelpersOn() {
        NativeRuntime.prepare(1);
    }

    @Test
    void trainsLikeDeeplearning4j() {
        double[] expected = train(PlainLayers.make(FastLayersTest::residualNetwork));
        double[] actual = train(fast());
        assertThat(expected[STEPS - 1]).isLessThan(0.8 * expected[0]);
        assertThat(actual).containsExactly(expected, within(1e-5));
    }

    @Test
    void trainsBitIdenticallyFromTheSameSeed() {
        ComputationGraph first = fast();
        ComputationGraph second = fast();
        assertThat(train(first)).isEqualTo(train(second));
        assertThat(first.params()).isEqualTo(second.params());
    }

    @Test
    void infersLikeDeeplearning4jAfterTraining() {
        ComputationGraph fast = fast();
        train(fast);
        ComputationGraph plain = PlainLayers.make(FastLayersTest::residualNetwork);
        plain.setParams(fast.params().dup());
        INDArray images = images();
        assertThat(fast.outputSingle(images).equalsWithEps(plain.outputSingle(images), 1e-5))
                .isTrue();
    }

    @Test
    void changesOnlyTheLayersItKnows() {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(3))
                .addLayer("norm", new BatchNormalization.Builder().build(), "in")
                .addLayer(
                        "locked",
                        new BatchNormalization.Builder().lockGammaBeta(true).build(),
                        "norm")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "locked")
                .addLayer("clipped", new ActivationLayer(new ActivationReLU(6.0, null, null)), "relu")
                .addLayer("tanh", new ActivationLayer(Activation.TANH), "clipped")
                .addLayer("out", new OutputLayer.Builder().nOut(2).build(), "tanh")
                .setOutputs("out")
                .build());
        network.init();
        assertThat(FastLayers.install(network)).isEqualTo(2);
    }

    @Test
    void convolvesOnceForEachStep() {
        ComputationGraph network = fast();
        var layer = (org.deeplearning4j.nn.layers.convolution.ConvolutionLayer) network.getLayer("branch");
        CountingConvolution counting = new CountingConvolution(layer);
        FastLayers.field(layer.getClass(), "helper", ConvolutionHelper.class).set(layer, counting);
        train(network);
        assertThat(counting.calls).isEqualTo(STEPS);
    }

    @Test
    void leavesTheConfigurationAsItWas() {
        ComputationGraph network = residualNetwork();
        String before = network.getConfiguration().toJson();
        FastLayers.install(network);
        assertThat(network.getConfiguration().toJson()).isEqualTo(before);
        assertThat(network.getLayer("relu").conf().toJson()).contains(FastRelu.class.getName());
    }

    private static ComputationGraph fast() {
        ComputationGraph network = residualNetwork();
        assertThat(FastLayers.install(network)).isEqualTo(8);
        return network;
    }

    private static double[] train(ComputationGraph network) {
        INDArray[] images = {images()};
        INDArray[] labels = {labels()};
        double[] losses = new double[STEPS];
        for (int step = 0; step < STEPS; step++) {
            network.fit(images, labels);
            losses[step] = network.score();
        }
        return losses;
    }

    private static INDArray images() {
        SplittableRandom random = new SplittableRandom(7);
        INDArray images = Nd4j.create(DataType.FLOAT, BATCH, 3, 8, 8);
        for (int i = 0; i < images.length(); i++) {
            images.putScalar(i, random.nextGaussian());
        }
        return images;
    }

    private static INDArray labels() {
        INDArray labels = Nd4j.create(DataType.FLOAT, BATCH, CLASSES);
        for (int image = 0; image < BATCH; image++) {
            labels.putScalar(image, image % CLASSES, 1);
        }
        return labels;
    }

    /** A stem and one residual block with a projection: three batch normalisation and two ReLU layers. */
    private static ComputationGraph residualNetwork() {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Nesterovs(0.02, 0.9))
                .weightInit(WeightInit.RELU)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(8, 8, 3))
                .addLayer("stem", convolution(3, 1, 8), "in")
                .addLayer("stem-norm", new BatchNormalization.Builder().build(), "stem")
                .addLayer("stem-relu", new ActivationLayer(Activation.RELU), "stem-norm")
                .addLayer("branch", convolution(3, 2, 16), "stem-relu")
                .addLayer("branch-norm", new BatchNormalization.Builder().build(), "branch")
                .addLayer("projection", convolution(1, 2, 16), "stem-relu")
                .addLayer("projection-norm", new BatchNormalization.Builder().build(), "projection")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "branch-norm", "projection-norm")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "sum")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "relu")
                .addLayer(
                        "out",
                        new OutputLayer.Builder()
                                .nOut(CLASSES)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "pool")
                .setOutputs("out")
                .build());
        network.init();
        return network;
    }

    private static ConvolutionLayer convolution(int kernel, int stride, int width) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .nOut(width)
                .stride(stride, stride)
                .hasBias(false)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.IDENTITY)
                .build();
    }

    private static final class CountingConvolution extends FastConvolution {
        private int calls;

        CountingConvolution(org.deeplearning4j.nn.layers.convolution.ConvolutionLayer layer) {
            super(layer);
        }

        @Override
        public @Nullable INDArray preOutput(
                INDArray input,
                INDArray weights,
                INDArray bias,
                int[] kernel,
                int[] strides,
                int[] pad,
                ConvolutionLayer.AlgoMode mode,
                ConvolutionLayer.FwdAlgo algorithm,
                ConvolutionMode convolutionMode,
                int[] dilation,
                CNN2DFormat format,
                LayerWorkspaceMgr workspaces) {
            calls++;
            return super.preOutput(
                    input,
                    weights,
                    bias,
                    kernel,
                    strides,
                    pad,
                    mode,
                    algorithm,
                    convolutionMode,
                    dilation,
                    format,
                    workspaces);
        }
    }
}
