package espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.network.TensorShape;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Layers of Deeplearning4j: ONNX Runtime computes what they do, and so they do when they are read again. */
class OnnxWriterTest {
    private static final TensorShape IMAGE = new TensorShape(3, 10, 9);
    private static final int CHANNELS = 6;

    /** A convolution, what is to be tested, and a classifier. */
    private static ComputationGraph graph(String last, GraphBuilder graph) {
        graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), last)
                .addLayer("classifier", classifier(), "pool")
                .setOutputs("classifier");
        return Logits.randomized(new ComputationGraph(graph.build()));
    }

    private static GraphBuilder builder() {
        return new NeuralNetConfiguration.Builder()
                .seed(4)
                .graphBuilder()
                .addInputs("image")
                .setInputTypes(InputType.convolutional(IMAGE.height(), IMAGE.width(), IMAGE.channels()))
                .addLayer(
                        "first",
                        new ConvolutionLayer.Builder(3, 3)
                                .nOut(CHANNELS)
                                .activation(Activation.IDENTITY)
                                .build(),
                        "image");
    }

    private static OutputLayer classifier() {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(4)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static byte[] same(ComputationGraph graph) {
        INDArray images = Logits.images(2, IMAGE.channels(), IMAGE.height(), IMAGE.width());
        INDArray expected = Logits.of(graph, images);
        byte[] model = OnnxWriter.write(graph, IMAGE);
        Logits.assertEqual(OnnxRuntime.run(model, OnnxWriter.LOGITS, images), expected);
        Logits.assertEqual(Logits.of(OnnxReader.read(model, "test.onnx").graph(), images), expected);
        return model;
    }

    private static void layer(Layer layer) {
        same(graph("tested", builder().addLayer("tested", layer, "first")));
    }

    private static void vertex(GraphVertex vertex, String... inputs) {
        same(graph(
                "tested",
                builder()
                        .addLayer("second", new ActivationLayer(Activation.TANH), "first")
                        .addVertex("tested", vertex, inputs)));
    }

    // ---- Layers.

    @ParameterizedTest
    @EnumSource(
            value = ConvolutionMode.class,
            names = {"Same", "Truncate", "Strict"})
    void convolutionModes(ConvolutionMode mode) {
        layer(new ConvolutionLayer.Builder(2, 3)
                .stride(mode == ConvolutionMode.Same ? new int[] {3, 2} : new int[] {1, 1})
                .dilation(1, 2)
                .padding(mode == ConvolutionMode.Same ? new int[] {0, 0} : new int[] {1, 2})
                .convolutionMode(mode)
                .nOut(5)
                .activation(Activation.RELU)
                .build());
    }

    @Test
    void depthwiseConvolution() {
        layer(new DepthwiseConvolution2D.Builder(3, 3)
                .depthMultiplier(2)
                .nIn(CHANNELS)
                .nOut(2 * CHANNELS)
                .stride(2, 1)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.SWISH)
                .build());
    }

    @Test
    void separableConvolution() {
        layer(new SeparableConvolution2D.Builder(3, 3)
                .depthMultiplier(2)
                .nOut(5)
                .activation(Activation.ELU)
                .build());
    }

    static List<BatchNormalization> norms() {
        return List.of(
                new BatchNormalization.Builder().build(),
                new BatchNormalization.Builder().useLogStd(true).eps(1e-3).build(),
                new BatchNormalization.Builder()
                        .useLogStd(false)
                        .lockGammaBeta(true)
                        .gamma(1.5)
                        .beta(0.5)
                        .build());
    }

    @ParameterizedTest
    @MethodSource("norms")
    void batchNormalization(BatchNormalization norm) {
        layer(norm);
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {
                "CUBE",
                "ELU",
                "HARDSIGMOID",
                "HARDTANH",
                "IDENTITY",
                "LEAKYRELU",
                "RELU",
                "RELU6",
                "SELU",
                "SIGMOID",
                "SOFTPLUS",
                "SOFTSIGN",
                "SWISH",
                "TANH"
            })
    void activations(Activation activation) {
        layer(new ActivationLayer(activation));
    }

    @Test
    void reluWithABoundOrASlope() {
        layer(new ActivationLayer(new ActivationReLU(0.4, null, null)));
        layer(new ActivationLayer(new ActivationReLU(null, null, 0.3)));
    }

    @ParameterizedTest
    @EnumSource(
            value = PoolingType.class,
            names = {"MAX", "AVG"})
    void pooling(PoolingType type) {
        layer(new SubsamplingLayer.Builder(type)
                .kernelSize(3, 2)
                .stride(2, 2)
                .padding(1, 0)
                .build());
        layer(new SubsamplingLayer.Builder(type)
                .kernelSize(2, 2)
                .stride(2, 2)
                .convolutionMode(ConvolutionMode.Same)
                .build());
        layer(new SubsamplingLayer.Builder(type)
                .kernelSize(3, 3)
                .padding(1, 1)
                .avgPoolIncludePadInDivisor(true)
                .build());
    }

    @Test
    void globalPoolingThatKeepsItsAxes() {
        same(graph(
                "tested",
                builder()
                        .addLayer(
                                "kept",
                                new GlobalPoolingLayer.Builder(PoolingType.MAX)
                                        .collapseDimensions(false)
                                        .build(),
                                "first")
                        .addLayer(
                                "tested",
                                new ConvolutionLayer.Builder(1, 1).nOut(7).build(),
                                "kept")));
    }

    @Test
    void layersThatMoveRowsAndColumns() {
        layer(new ZeroPaddingLayer.Builder(1, 0, 2, 3).build());
        layer(new Cropping2D.Builder(1, 0, 2, 3).build());
        layer(new Upsampling2D.Builder().size(new int[] {2, 3}).build());
    }

    @Test
    void dropoutIsLeftOut() {
        byte[] model =
                same(graph("tested", builder().addLayer("tested", new DropoutLayer.Builder(0.5).build(), "first")));
        assertThat(TestOutputs.operators(model))
                .containsExactly("Conv", "GlobalAveragePool", "Flatten", "Gemm", "Softmax");
    }

    @Test
    void denseLayersBehindAFlatten() {
        GraphBuilder graph = builder()
                .addLayer(
                        "dense",
                        new DenseLayer.Builder()
                                .nOut(7)
                                .activation(Activation.SIGMOID)
                                .build(),
                        "first")
                .addLayer("norm", new BatchNormalization.Builder().build(), "dense")
                .addLayer(
                        "logits",
                        new DenseLayer.Builder()
                                .nOut(4)
                                .activation(Activation.IDENTITY)
                                .hasBias(false)
                                .build(),
                        "norm")
                .addLayer(
                        "loss",
                        new LossLayer.Builder(LossFunction.MCXENT)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "logits")
                .setOutputs("loss");
        same(Logits.randomized(new ComputationGraph(graph.build())));
    }

    // ---- Vertices.

    @ParameterizedTest
    @EnumSource(ElementWiseVertex.Op.class)
    void elementwise(ElementWiseVertex.Op function) {
        vertex(new ElementWiseVertex(function), "first", "second");
        if (function != ElementWiseVertex.Op.Subtract) {
            vertex(new ElementWiseVertex(function), "first", "second", "first");
        }
    }

    @Test
    void scaleShiftAndMerge() {
        vertex(new ScaleVertex(-0.7), "second");
        vertex(new ShiftVertex(0.3), "second");
        vertex(new MergeVertex(), "first", "second", "first");
    }

    /** Ranges of different widths, of which one is read twice: no convolution in groups. */
    @Test
    void subsetsThatAreNoGroups() {
        OutputLayer classifier = classifier();
        classifier.setNIn(8);
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(4)
                .graphBuilder()
                .addInputs("image")
                .addLayer("first", convolution(IMAGE.channels(), CHANNELS), "image")
                .addVertex("left", new SubsetVertex(0, 1), "first")
                .addVertex("right", new SubsetVertex(2, CHANNELS - 1), "first")
                .addLayer("left-conv", convolution(2, 3), "left")
                .addLayer("right-conv", convolution(4, 3), "right")
                .addVertex("joined", new MergeVertex(), "left-conv", "right-conv", "left")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "joined")
                .addLayer("classifier", classifier, "pool")
                .setOutputs("classifier");
        byte[] model = same(Logits.randomized(new ComputationGraph(graph.build())));
        assertThat(TestOutputs.operators(model)).contains("Concat", "Slice");
    }

    private static ConvolutionLayer convolution(int inputs, int outputs) {
        return new ConvolutionLayer.Builder(1, 1)
                .nIn(inputs)
                .nOut(outputs)
                .activation(Activation.IDENTITY)
                .build();
    }

    // ---- Refusals.

    @Test
    void layerThatOnnxDoesNotHave() {
        ComputationGraph graph = graph(
                "tested", builder().addLayer("tested", new LocalResponseNormalization.Builder().build(), "first"));
        refused(graph, "layer 'tested' is a LocalResponseNormalization, which export to ONNX does not support");
    }

    @Test
    void vertexThatOnnxDoesNotHave() {
        ComputationGraph graph = graph("tested", builder().addVertex("tested", new L2NormalizeVertex(), "first"));
        refused(graph, "layer 'tested' is a L2NormalizeVertex, which export to ONNX does not support");
    }

    @Test
    void activationThatOnnxDoesNotHave() {
        ComputationGraph graph =
                graph("tested", builder().addLayer("tested", new ActivationLayer(Activation.RATIONALTANH), "first"));
        refused(
                graph,
                "layer 'tested' has the activation function rationaltanh, which export to ONNX does not support");
    }

    private static void refused(ComputationGraph graph, String message) {
        assertThatThrownBy(() -> OnnxWriter.write(graph, IMAGE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void sameNetworkGivesTheSameBytes() {
        ComputationGraph graph = graph("first", builder());
        assertThat(OnnxWriter.write(graph, IMAGE)).isEqualTo(OnnxWriter.write(graph.clone(), IMAGE));
    }
}
