package espalier.benchmark;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
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
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Nesterovs;

/** The CIFAR residual networks of He et al., Deep Residual Learning for Image Recognition (2016), section 4.2, with projections where the width grows. */
final class ResidualNetworks {
    private static final int STAGES = 3;
    private static final int CLASSES = 10;

    private final GraphBuilder graph;

    private ResidualNetworks(GraphBuilder graph) {
        this.graph = graph;
    }

    /** 6 · {@code blocksPerStage} + 2 layers over images {@code [N, 3, side, side]}; the first stage is {@code width} channels wide. */
    static ComputationGraph create(int blocksPerStage, int width, int side) {
        ResidualNetworks network = new ResidualNetworks(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Nesterovs(0.05, 0.9))
                .weightInit(WeightInit.RELU)
                .graphBuilder()
                .addInputs("images")
                .setInputTypes(InputType.convolutional(side, side, 3)));
        String last = network.relu("stem", network.convolution("stem", "images", 3, 1, width));
        for (int stage = 0; stage < STAGES; stage++) {
            for (int block = 0; block < blocksPerStage; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                last = network.block("stage%d-block%d".formatted(stage, block), last, stride, width << stage);
            }
        }
        network.graph
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), last)
                .addLayer(
                        "classes",
                        new OutputLayer.Builder()
                                .nOut(CLASSES)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "pool")
                .setOutputs("classes");
        ComputationGraph result = new ComputationGraph(network.graph.build());
        result.init();
        return result;
    }

    private String block(String name, String input, int stride, int width) {
        String first = relu(name + "-first", convolution(name + "-first", input, 3, stride, width));
        String second = convolution(name + "-second", first, 3, 1, width);
        String shortcut = stride == 1 ? input : convolution(name + "-shortcut", input, 1, stride, width);
        graph.addVertex(name + "-sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), second, shortcut);
        return relu(name, name + "-sum");
    }

    private String convolution(String name, String input, int kernel, int stride, int width) {
        ConvolutionLayer convolution = new ConvolutionLayer.Builder(kernel, kernel)
                .nOut(width)
                .stride(stride, stride)
                .hasBias(false)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.IDENTITY)
                .build();
        graph.addLayer(name + "-convolution", convolution, input);
        graph.addLayer(name + "-norm", new BatchNormalization.Builder().build(), name + "-convolution");
        return name + "-norm";
    }

    private String relu(String name, String input) {
        graph.addLayer(name + "-relu", new ActivationLayer(Activation.RELU), input);
        return name + "-relu";
    }
}
