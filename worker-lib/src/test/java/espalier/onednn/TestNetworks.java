package espalier.onednn;

import espalier.dl4j.ChainNetworks;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.TensorShape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of every operation that can be compiled, at widths that fill no block of channels, and images for them. */
final class TestNetworks {
    static final TensorShape SHAPE = new TensorShape(3, 16, 16);
    static final int BATCH = 8;
    static final int CLASSES = 4;

    private TestNetworks() {}

    /** Configurations by name. */
    static Map<String, ComputationGraphConfiguration> all() {
        Map<String, ComputationGraphConfiguration> networks = new LinkedHashMap<>();
        networks.put("residual a", ResidualNetworks.cifar(14, 6, Shortcut.A, SHAPE, CLASSES, 1));
        networks.put("residual b", ResidualNetworks.cifar(8, 10, Shortcut.B, SHAPE, CLASSES, 2));
        networks.put("vgg", ChainNetworks.vgg(11, 5, SHAPE, CLASSES, 4));
        networks.put("lenet", ChainNetworks.leNet(6, SHAPE, CLASSES, 5));
        networks.put("depthwise", depthwise());
        networks.put("dense connections", denseConnections());
        networks.put("functions", functions());
        networks.put("branches", branches());
        networks.put("doubled", doubled());
        return networks;
    }

    /** A new graph of one of {@link #all}. */
    static ComputationGraph graph(String name) {
        ComputationGraph graph = new ComputationGraph(Objects.requireNonNull(all().get(name)));
        graph.init();
        return graph;
    }

    private static ComputationGraphConfiguration depthwise() {
        GraphBuilder graph = start();
        graph.addLayer("stem", convolution(7, 3, 2, ConvolutionMode.Same), "in");
        graph.addLayer("stem-norm", new BatchNormalization(), "stem");
        graph.addLayer(
                "depthwise",
                new DepthwiseConvolution2D.Builder()
                        .kernelSize(3, 3)
                        .padding(1, 1)
                        .depthMultiplier(2)
                        .hasBias(true)
                        .activation(Activation.IDENTITY)
                        .build(),
                "stem-norm");
        graph.addLayer("depthwise-norm", new BatchNormalization(), "depthwise");
        graph.addLayer("depthwise-relu", new ActivationLayer(Activation.RELU6), "depthwise-norm");
        graph.addLayer("pointwise", convolution(18, 1, 1, ConvolutionMode.Truncate), "depthwise-relu");
        graph.addLayer("pointwise-norm", new BatchNormalization(), "pointwise");
        graph.addLayer("pointwise-relu", new ActivationLayer(Activation.RELU), "pointwise-norm");
        graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "pointwise-relu");
        return end(graph, "pool", 18);
    }

    /** Batch normalization in front of convolutions, and channels side by side. */
    private static ComputationGraphConfiguration denseConnections() {
        // All widths are given: Deeplearning4j infers a wrong shape behind a subset of channels.
        GraphBuilder graph =
                new NeuralNetConfiguration.Builder().seed(6).graphBuilder().addInputs("in");
        graph.addLayer("stem", convolution(SHAPE.channels(), 10), "in");
        graph.addLayer("norm1", norm(10), "stem");
        graph.addLayer("relu1", new ActivationLayer(Activation.RELU), "norm1");
        graph.addLayer("grow1", convolution(10, 5), "relu1");
        graph.addVertex("merge1", new MergeVertex(), "stem", "grow1");
        graph.addLayer("norm2", norm(15), "merge1");
        graph.addLayer("grow2", convolution(15, 15), "norm2");
        graph.addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "grow2", "norm2", "merge1");
        graph.addVertex("subset", new SubsetVertex(2, 12), "sum");
        graph.addLayer("mean", pooling(PoolingType.AVG), "subset");
        graph.addLayer("max", pooling(PoolingType.MAX), "mean");
        graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.MAX), "max");
        return end(graph, "pool", 11);
    }

    /** x + f(x) + g(x), whose last convolution reads what the first sum may not write over. */
    private static ComputationGraphConfiguration branches() {
        GraphBuilder graph =
                new NeuralNetConfiguration.Builder().seed(7).graphBuilder().addInputs("in");
        graph.addLayer("stem", convolution(SHAPE.channels(), 10), "in");
        graph.addLayer("f1", convolution(10, 6), "stem");
        graph.addLayer("f-relu", new ActivationLayer(Activation.RELU), "f1");
        graph.addLayer("f2", convolution(6, 10), "f-relu");
        graph.addLayer("g", convolution(10, 10), "stem");
        graph.addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "stem", "f2", "g");
        graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "sum");
        return end(graph, "pool", 10);
    }

    /** Vertices that read one value twice, and a layer with the name of another's inner value. */
    private static ComputationGraphConfiguration doubled() {
        GraphBuilder graph =
                new NeuralNetConfiguration.Builder().seed(8).graphBuilder().addInputs("in");
        graph.addLayer("stem", convolution(SHAPE.channels(), 10), "in");
        graph.addLayer("stem/linear", norm(10), "stem");
        graph.addVertex("twice", new ElementWiseVertex(ElementWiseVertex.Op.Add), "stem/linear", "stem/linear");
        graph.addLayer("relu", new ActivationLayer(Activation.RELU), "twice");
        graph.addVertex("beside", new MergeVertex(), "relu", "relu");
        graph.addLayer("mix", convolution(20, 7), "beside");
        graph.addVertex("doubled", new ElementWiseVertex(ElementWiseVertex.Op.Add), "mix", "mix");
        graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "doubled");
        return end(graph, "pool", 7);
    }

    private static BatchNormalization norm(int channels) {
        return new BatchNormalization.Builder()
                .nIn(channels)
                .nOut(channels)
                .useLogStd(false)
                .build();
    }

    private static ConvolutionLayer convolution(int inputs, int outputs) {
        ConvolutionLayer convolution = convolution(outputs, 3, 1, ConvolutionMode.Same);
        convolution.setNIn(inputs);
        return convolution;
    }

    private static ComputationGraphConfiguration functions() {
        GraphBuilder graph = start();
        ConvolutionLayer first = convolution(9, 3, 2, ConvolutionMode.Truncate);
        first.setActivationFn(Activation.TANH.getActivationFunction());
        graph.addLayer("first", first, "in");
        ConvolutionLayer second = convolution(6, 3, 1, ConvolutionMode.Truncate);
        second.setActivationFn(Activation.SIGMOID.getActivationFunction());
        graph.addLayer("second", second, "first");
        graph.addLayer(
                "dense",
                new DenseLayer.Builder().nOut(11).activation(Activation.RELU).build(),
                "second");
        graph.addLayer("norm", new BatchNormalization(), "dense");
        return end(graph, "norm", 11);
    }

    private static GraphBuilder start() {
        return new NeuralNetConfiguration.Builder()
                .seed(6)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(SHAPE.height(), SHAPE.width(), SHAPE.channels()));
    }

    private static ComputationGraphConfiguration end(GraphBuilder graph, String input, int features) {
        Layer classifier = new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(features)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .build();
        return graph.addLayer("classifier", classifier, input)
                .setOutputs("classifier")
                .build();
    }

    private static ConvolutionLayer convolution(int outputs, int kernel, int stride, ConvolutionMode mode) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .nOut(outputs)
                .stride(stride, stride)
                .convolutionMode(mode)
                .activation(Activation.IDENTITY)
                .build();
    }

    private static SubsamplingLayer pooling(PoolingType type) {
        return new SubsamplingLayer.Builder(type)
                .kernelSize(3, 3)
                .stride(2, 2)
                .padding(1, 1)
                .convolutionMode(ConvolutionMode.Truncate)
                .build();
    }

    /** Images of noise, {@code [count, C, H, W]}. */
    static float[] pixels(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] pixels = new float[count * SHAPE.channels() * SHAPE.area()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble(-1, 1);
        }
        return pixels;
    }

    /** Smoothed labels, {@code [BATCH, CLASSES]}. */
    static float[] targets() {
        float[] targets = new float[BATCH * CLASSES];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = i % CLASSES == i / CLASSES % CLASSES ? 0.91f : 0.03f;
        }
        return targets;
    }
}
