package espalier.prune;

import espalier.network.TensorShape;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;

/** Small random graphs of all couplings: chains, residual sums, concatenation (of sums, and of a tensor with itself), flatten. */
public final class RandomNetworks {
    private final GraphBuilder graph;
    private final SplittableRandom random;
    private final Map<String, Integer> channels = new HashMap<>();
    private int extent;
    private int names;

    private RandomNetworks(TensorShape input, long seed) {
        graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(input.height(), input.width(), input.channels()));
        random = new SplittableRandom(seed);
        extent = input.height();
        channels.put("input", input.channels());
    }

    public static ComputationGraphConfiguration create(TensorShape input, int classes, long seed) {
        RandomNetworks networks = new RandomNetworks(input, seed);
        String x = networks.convolution("input", networks.width());
        int blocks = 2 + networks.random.nextInt(4);
        for (int block = 0; block < blocks; block++) {
            x = networks.block(x);
        }
        return networks.head(x, classes);
    }

    private String block(String x) {
        return switch (random.nextInt(5)) {
            case 0 -> convolution(x, width());
            case 1 -> add(x, convolution(convolution(x, width()), channels(x)));
            case 2 -> projected(x);
            case 3 -> branches(x);
            default -> pool(x);
        };
    }

    private String projected(String x) {
        int width = width();
        return add(convolution(x, width), convolution(x, width));
    }

    private String branches(String x) {
        String left = convolution(x, width());
        String right = random.nextBoolean() ? left : convolution(x, width());
        String merged = name();
        graph.addVertex(merged, new MergeVertex(), left, right);
        return remember(merged, channels(left) + channels(right));
    }

    private String pool(String x) {
        if (extent < 4) {
            return convolution(x, width());
        }
        extent /= 2;
        String name = name();
        graph.addLayer(
                name,
                new SubsamplingLayer.Builder(random.nextBoolean() ? PoolingType.MAX : PoolingType.AVG)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build(),
                x);
        return remember(name, channels(x));
    }

    private String convolution(String x, int outputs) {
        int kernel = random.nextBoolean() ? 3 : 1;
        boolean norm = random.nextInt(4) > 0;
        String name = name();
        graph.addLayer(
                name,
                new ConvolutionLayer.Builder(kernel, kernel)
                        .nIn(channels(x))
                        .nOut(outputs)
                        .convolutionMode(ConvolutionMode.Same)
                        .activation(Activation.IDENTITY)
                        .hasBias(!norm)
                        .build(),
                x);
        if (norm) {
            graph.addLayer(name + "-norm", new BatchNormalization.Builder().build(), name);
        }
        String activated = name + "-relu";
        graph.addLayer(activated, new ActivationLayer(Activation.RELU), norm ? name + "-norm" : name);
        return remember(activated, outputs);
    }

    private String add(String left, String right) {
        String name = name();
        graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), left, right);
        return remember(name, channels(left));
    }

    private ComputationGraphConfiguration head(String x, int classes) {
        String features;
        if (random.nextBoolean()) {
            graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), x);
            features = "pool";
        } else {
            graph.addLayer(
                    "dense",
                    new DenseLayer.Builder().nOut(9).activation(Activation.RELU).build(),
                    x);
            features = "dense";
        }
        return graph.addLayer(
                        "classifier",
                        new OutputLayer.Builder()
                                .nOut(classes)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        features)
                .setOutputs("classifier")
                .build();
    }

    private int width() {
        return 2 + random.nextInt(7);
    }

    private int channels(String name) {
        return Objects.requireNonNull(channels.get(name), name);
    }

    private String remember(String name, int outputs) {
        channels.put(name, outputs);
        return name;
    }

    private String name() {
        return "node" + names++;
    }
}
