package espalier.benchmark;

import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.TensorShape;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The networks that speed is measured on, for images of 3 x 32 x 32 and 10 classes. */
enum BenchmarkNetwork {
    /** ResNet-20 of 16 channels, with shortcuts that have no parameters. */
    RESNET20("ResNet-20") {
        @Override
        ComputationGraphConfiguration configuration() {
            return ResidualNetworks.cifar(20, 16, Shortcut.A, SHAPE, CLASSES, 1);
        }
    },

    /** A convolution and four blocks of a depthwise 3x3 and a pointwise convolution, each with batch normalization and ReLU. */
    MOBILENET_BLOCKS("MobileNet blocks") {
        @Override
        ComputationGraphConfiguration configuration() {
            return mobileNetBlocks();
        }
    };

    static final TensorShape SHAPE = new TensorShape(3, 32, 32);
    static final int CLASSES = 10;

    /** Channels behind the first convolution of {@link #MOBILENET_BLOCKS} and behind each block. */
    private static final int[] WIDTHS = {32, 64, 64, 128, 128};

    private final String label;

    BenchmarkNetwork(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    static int[] widths() {
        return WIDTHS.clone();
    }

    abstract ComputationGraphConfiguration configuration();

    private static ComputationGraphConfiguration mobileNetBlocks() {
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(1)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(SHAPE.height(), SHAPE.width(), SHAPE.channels()));
        graph.addLayer(
                "stem",
                new ConvolutionLayer.Builder(3, 3)
                        .padding(1, 1)
                        .nOut(WIDTHS[0])
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build(),
                "in");
        String x = normalized(graph, "stem");
        for (int block = 1; block < WIDTHS.length; block++) {
            graph.addLayer(
                    "depthwise" + block,
                    new DepthwiseConvolution2D.Builder()
                            .kernelSize(3, 3)
                            .padding(1, 1)
                            .depthMultiplier(1)
                            .hasBias(false)
                            .activation(Activation.IDENTITY)
                            .build(),
                    x);
            x = normalized(graph, "depthwise" + block);
            graph.addLayer(
                    "pointwise" + block,
                    new ConvolutionLayer.Builder(1, 1)
                            .nOut(WIDTHS[block])
                            .hasBias(false)
                            .activation(Activation.IDENTITY)
                            .build(),
                    x);
            x = normalized(graph, "pointwise" + block);
        }
        return graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), x)
                .addLayer(
                        "classifier",
                        new OutputLayer.Builder(LossFunction.MCXENT)
                                .nOut(CLASSES)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "pool")
                .setOutputs("classifier")
                .build();
    }

    private static String normalized(GraphBuilder graph, String name) {
        graph.addLayer(
                name + "-norm",
                new BatchNormalization.Builder().useLogStd(false).build(),
                name);
        graph.addLayer(name + "-relu", new ActivationLayer(Activation.RELU), name + "-norm");
        return name + "-relu";
    }
}
