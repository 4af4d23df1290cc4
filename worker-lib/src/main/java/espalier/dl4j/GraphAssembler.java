package espalier.dl4j;

import espalier.network.TensorShape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The few layers that the built-in networks are made of, with one meaning everywhere: explicit symmetric padding (so
 * that weights trained elsewhere fit), no bias before batch normalization, He initialization.
 *
 * <p>Every method returns the name of what it added, to be handed on as the next input.
 */
final class GraphAssembler {
    private static final double BATCH_NORM_DECAY = 0.9;
    private static final double BATCH_NORM_EPSILON = 1e-5;

    private static final int SMALL_IMAGE = 64;

    private final GraphBuilder graph;
    private final TensorShape input;
    private final Map<String, Integer> channels = new HashMap<>();
    private boolean inferShapes = true;

    GraphAssembler(TensorShape input, long seed) {
        // The updater is never used: training has its own step. It is set so that a saved network restores anywhere.
        graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Sgd())
                .weightInit(WeightInit.RELU)
                .graphBuilder()
                .addInputs("input");
        this.input = input;
        channels.put("input", input.channels());
    }

    String convolution(String name, String input, int outputs, int kernel, int stride) {
        return convolution(name, input, outputs, kernel, stride, kernel / 2, false);
    }

    String convolution(String name, String input, int outputs, int kernel, int stride, int padding, boolean bias) {
        graph.addLayer(
                name,
                new ConvolutionLayer.Builder(kernel, kernel)
                        .nIn(channelsOf(input))
                        .nOut(outputs)
                        .stride(stride, stride)
                        .padding(padding, padding)
                        .convolutionMode(ConvolutionMode.Truncate)
                        .activation(Activation.IDENTITY)
                        .hasBias(bias)
                        .build(),
                input);
        return remember(name, outputs);
    }

    /** A convolution of each channel alone, without bias. */
    String depthwise(String name, String input, int kernel, int stride) {
        graph.addLayer(
                name,
                new DepthwiseConvolution2D.Builder(kernel, kernel)
                        .nIn(channelsOf(input))
                        .nOut(channelsOf(input))
                        .depthMultiplier(1)
                        .stride(stride, stride)
                        .padding(kernel / 2, kernel / 2)
                        .convolutionMode(ConvolutionMode.Truncate)
                        .activation(Activation.IDENTITY)
                        .hasBias(false)
                        .build(),
                input);
        return remember(name, channelsOf(input));
    }

    String batchNorm(String name, String input) {
        graph.addLayer(
                name,
                new BatchNormalization.Builder()
                        .nIn(channelsOf(input))
                        .nOut(channelsOf(input))
                        .decay(BATCH_NORM_DECAY)
                        .eps(BATCH_NORM_EPSILON)
                        .useLogStd(false)
                        .build(),
                input);
        return remember(name, channelsOf(input));
    }

    String relu(String name, String input) {
        return activation(name, input, Activation.RELU);
    }

    String activation(String name, String input, Activation function) {
        graph.addLayer(name, new ActivationLayer(function), input);
        return remember(name, channelsOf(input));
    }

    String maxPool(String name, String input, int kernel, int stride, int padding) {
        return pool(PoolingType.MAX, name, input, kernel, stride, padding);
    }

    String averagePool(String name, String input, int kernel, int stride, int padding) {
        return pool(PoolingType.AVG, name, input, kernel, stride, padding);
    }

    private String pool(PoolingType type, String name, String input, int kernel, int stride, int padding) {
        graph.addLayer(
                name,
                new SubsamplingLayer.Builder(type)
                        .kernelSize(kernel, kernel)
                        .stride(stride, stride)
                        .padding(padding, padding)
                        .convolutionMode(ConvolutionMode.Truncate)
                        .build(),
                input);
        return remember(name, channelsOf(input));
    }

    String globalAverage(String name, String input) {
        graph.addLayer(name, new GlobalPoolingLayer(PoolingType.AVG), input);
        return remember(name, channelsOf(input));
    }

    String dense(String name, String input, int outputs) {
        graph.addLayer(
                name,
                new DenseLayer.Builder()
                        .nOut(outputs)
                        .activation(Activation.IDENTITY)
                        .build(),
                input);
        return remember(name, outputs);
    }

    String add(String name, String left, String right) {
        graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), left, right);
        return remember(name, channelsOf(left));
    }

    /** All channels of the inputs, one input behind the other. */
    String concatenate(String name, String... inputs) {
        graph.addVertex(name, new MergeVertex(), inputs);
        return remember(name, Arrays.stream(inputs).mapToInt(this::channelsOf).sum());
    }

    /**
     * The input between zero channels, as many as {@code branch} has more, half of them on either side; of standard
     * vertices only. The zeros are those channels of the branch times zero: so that what follows from the wiring is that a
     * channel of the branch and the zero that is added to it stay or go together.
     *
     * @param branch what the padded input is added to; of the same height and width
     */
    String padChannels(String name, String input, String branch) {
        int outputs = channelsOf(branch);
        int padding = (outputs - channelsOf(input)) / 2;
        graph.addVertex(name + "-first", new SubsetVertex(0, padding - 1), branch);
        graph.addVertex(name + "-last", new SubsetVertex(outputs - padding, outputs - 1), branch);
        graph.addVertex(name + "-before", new ScaleVertex(0.0), name + "-first");
        graph.addVertex(name + "-after", new ScaleVertex(0.0), name + "-last");
        graph.addVertex(name, new MergeVertex(), name + "-before", input, name + "-after");
        // Deeplearning4j infers a wrong shape behind a subset of channels; every width is given, so nothing is lost.
        inferShapes = false;
        return remember(name, outputs);
    }

    /** Whether images are so small that a network leaves out the subsampling of its first layers. */
    boolean hasSmallImages() {
        return Math.min(input.height(), input.width()) < SMALL_IMAGE;
    }

    /** Ends the network with a softmax classifier on features, which global pooling or a flatten has made. */
    ComputationGraphConfiguration classify(String input, int classes) {
        OutputLayer.Builder classifier =
                new OutputLayer.Builder(LossFunction.MCXENT).nOut(classes).activation(Activation.SOFTMAX);
        if (inferShapes) {
            graph.setInputTypes(
                    InputType.convolutional(this.input.height(), this.input.width(), this.input.channels()));
        } else {
            classifier.nIn(channelsOf(input));
        }
        return graph.addLayer("classifier", classifier.build(), input)
                .setOutputs("classifier")
                .build();
    }

    int channelsOf(String name) {
        return Objects.requireNonNull(channels.get(name), name);
    }

    private String remember(String name, int outputs) {
        channels.put(name, outputs);
        return name;
    }
}
