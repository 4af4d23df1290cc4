package espalier.prune;

import espalier.network.TensorShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
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
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.Activation;

/**
 * Small random graphs of all couplings: chains, residual sums with and without projection, products, concatenation (of
 * sums, nested, of a tensor with itself), depthwise and grouped convolution, shortcuts padded with zero
 * channels, batch normalization without its convolution beside it, spatial padding, flatten, several outputs.
 */
public final class RandomNetworks {
    /** What a random network is built of. */
    public enum Part {
        CONVOLUTION,
        RESIDUAL,
        PROJECTED,
        PRODUCT,
        CONCATENATION,
        NESTED_CONCATENATION,
        SUM_OF_CONCATENATIONS,
        DENSE_BLOCK,
        DEPTHWISE,
        GROUPED,
        PADDED_SHORTCUT,
        PADDING,
        POOL,
        LONE_NORM
    }

    private final GraphBuilder graph;
    private final SplittableRandom random;
    private final Map<String, TensorShape> shapes = new HashMap<>();
    private int names;

    private RandomNetworks(TensorShape input, long seed) {
        graph = new NeuralNetConfiguration.Builder().seed(seed).graphBuilder().addInputs("input");
        random = new SplittableRandom(seed);
        shapes.put("input", input);
    }

    /** Parts drawn at random, one output. */
    public static ComputationGraphConfiguration create(TensorShape input, int classes, long seed) {
        return create(input, classes, seed, 1);
    }

    /** Parts drawn at random, each output behind parts of its own. */
    public static ComputationGraphConfiguration create(TensorShape input, int classes, long seed, int outputs) {
        RandomNetworks network = new RandomNetworks(input, seed);
        String trunk = network.convolution("input", network.width());
        int blocks = 2 + network.random.nextInt(4);
        for (int block = 0; block < blocks; block++) {
            trunk = network.part(Part.values()[network.random.nextInt(Part.values().length)], trunk);
        }
        List<String> heads = new ArrayList<>();
        for (int output = 0; output < outputs; output++) {
            String x = outputs == 1 ? trunk : network.convolution(trunk, network.width());
            heads.add(network.head(x, classes, output == 0 ? "classifier" : "classifier" + (output + 1)));
        }
        return network.graph.setOutputs(heads.toArray(String[]::new)).build();
    }

    /** One part twice behind a convolution. */
    public static ComputationGraphConfiguration of(Part part, TensorShape input, int classes, long seed) {
        RandomNetworks network = new RandomNetworks(input, seed);
        String x = network.convolution("input", network.width());
        x = network.part(part, network.part(part, x));
        return network.graph.setOutputs(network.head(x, classes, "classifier")).build();
    }

    private String part(Part part, String x) {
        return switch (part) {
            case CONVOLUTION -> convolution(x, width());
            case RESIDUAL -> join(ElementWiseVertex.Op.Add, x, convolution(convolution(x, width()), channels(x)));
            case PROJECTED -> projected(ElementWiseVertex.Op.Add, x);
            case PRODUCT -> projected(ElementWiseVertex.Op.Product, x);
            case CONCATENATION -> merge(convolution(x, width()), random.nextBoolean() ? x : convolution(x, width()));
            case NESTED_CONCATENATION -> merge(merge(x, convolution(x, width())), merge(x, x));
            case SUM_OF_CONCATENATIONS -> sumOfConcatenations(x);
            case DENSE_BLOCK -> denseBlock(x);
            case DEPTHWISE -> depthwise(x);
            case GROUPED -> grouped(x);
            case PADDED_SHORTCUT -> paddedShortcut(x);
            case PADDING -> padding(x);
            case POOL -> pool(x);
            case LONE_NORM -> norm(activation(x));
        };
    }

    private String projected(ElementWiseVertex.Op op, String x) {
        int width = width();
        return join(op, convolution(x, width), convolution(x, width));
    }

    private String sumOfConcatenations(String x) {
        String left = merge(convolution(x, 3), convolution(x, 4));
        String right = merge(convolution(x, 5), convolution(x, 2));
        return join(ElementWiseVertex.Op.Add, left, right);
    }

    private String denseBlock(String x) {
        for (int layer = 0; layer < 2; layer++) {
            x = merge(x, plainConvolution(activation(norm(x)), width(), 3));
        }
        return x;
    }

    private String depthwise(String x) {
        int multiplier = 1 + random.nextInt(2);
        boolean bias = random.nextBoolean();
        TensorShape shape = shape(x);
        DepthwiseConvolution2D layer = new DepthwiseConvolution2D.Builder(3, 3)
                .depthMultiplier(multiplier)
                .nIn(shape.channels())
                .nOut(shape.channels() * multiplier)
                .padding(1, 1)
                .convolutionMode(ConvolutionMode.Truncate)
                .activation(Activation.IDENTITY)
                .hasBias(bias)
                .build();
        return activation(norm(layer(layer, withChannels(shape, shape.channels() * multiplier), x)));
    }

    private String grouped(String x) {
        int half = width();
        String wide = convolution(x, 2 * half);
        int outputs = width();
        return merge(
                plainConvolution(subset(wide, 0, half - 1), outputs, 3),
                plainConvolution(subset(wide, half, 2 * half - 1), outputs, 3));
    }

    /** The residual stream grows by zero channels on both sides, taken from the branch that it is added to. */
    private String paddedShortcut(String x) {
        int padding = 1 + random.nextInt(3);
        int inner = channels(x);
        int outputs = inner + 2 * padding;
        String branch = plainConvolution(convolution(x, width()), outputs, 3);
        String before = vertex(new ScaleVertex(0), channels(padding, x), subset(branch, 0, padding - 1));
        String after = vertex(new ScaleVertex(0), channels(padding, x), subset(branch, outputs - padding, outputs - 1));
        String padded = vertex(new MergeVertex(), channels(outputs, x), before, x, after);
        return activation(join(ElementWiseVertex.Op.Add, branch, padded));
    }

    private String padding(String x) {
        TensorShape shape = shape(x);
        TensorShape padded = new TensorShape(shape.channels(), shape.height() + 2, shape.width() + 1);
        return layer(new ZeroPaddingLayer.Builder(1, 1, 0, 1).build(), padded, x);
    }

    private String pool(String x) {
        TensorShape shape = shape(x);
        if (Math.min(shape.height(), shape.width()) < 4) {
            return convolution(x, width());
        }
        SubsamplingLayer layer = new SubsamplingLayer.Builder(random.nextBoolean() ? PoolingType.MAX : PoolingType.AVG)
                .kernelSize(2, 2)
                .stride(2, 2)
                .convolutionMode(ConvolutionMode.Truncate)
                .build();
        return layer(layer, new TensorShape(shape.channels(), shape.height() / 2, shape.width() / 2), x);
    }

    private String convolution(String x, int outputs) {
        String y = plainConvolution(x, outputs, random.nextBoolean() ? 3 : 1);
        return activation(random.nextInt(4) > 0 ? norm(y) : y);
    }

    private String plainConvolution(String x, int outputs, int kernel) {
        ConvolutionLayer layer = new ConvolutionLayer.Builder(kernel, kernel)
                .nIn(channels(x))
                .nOut(outputs)
                .padding(kernel / 2, kernel / 2)
                .convolutionMode(ConvolutionMode.Truncate)
                .activation(Activation.IDENTITY)
                .hasBias(random.nextBoolean())
                .build();
        return layer(layer, withChannels(shape(x), outputs), x);
    }

    private String norm(String x) {
        BatchNormalization layer = new BatchNormalization.Builder()
                .nIn(channels(x))
                .nOut(channels(x))
                .useLogStd(random.nextBoolean())
                .build();
        return layer(layer, shape(x), x);
    }

    /** Of a sigmoid, zero is not zero. */
    private String activation(String x) {
        Activation[] choices = {Activation.RELU, Activation.RELU, Activation.SIGMOID, Activation.RELU6};
        return layer(new ActivationLayer(choices[random.nextInt(choices.length)]), shape(x), x);
    }

    private String subset(String x, int from, int to) {
        return vertex(new SubsetVertex(from, to), channels(to - from + 1, x), x);
    }

    private String merge(String left, String right) {
        return vertex(new MergeVertex(), channels(channels(left) + channels(right), left), left, right);
    }

    private String join(ElementWiseVertex.Op op, String left, String right) {
        return vertex(new ElementWiseVertex(op), shape(left), left, right);
    }

    private String head(String x, int classes, String name) {
        TensorShape shape = shape(x);
        String features;
        int width;
        if (random.nextBoolean()) {
            features = layer(new GlobalPoolingLayer(PoolingType.AVG), TensorShape.vector(shape.channels()), x);
            width = shape.channels();
        } else {
            width = 9;
            int inputs = shape.channels() * shape.area();
            features = name + "-dense";
            DenseLayer dense = new DenseLayer.Builder()
                    .nIn(inputs)
                    .nOut(width)
                    .activation(Activation.RELU)
                    .build();
            graph.addLayer(
                    features,
                    dense,
                    new CnnToFeedForwardPreProcessor(shape.height(), shape.width(), shape.channels()),
                    x);
        }
        OutputLayer output = new OutputLayer.Builder()
                .nIn(width)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .build();
        graph.addLayer(name, output, features);
        return name;
    }

    private String layer(Layer layer, TensorShape output, String input) {
        String name = name();
        graph.addLayer(name, layer, input);
        shapes.put(name, output);
        return name;
    }

    private String vertex(GraphVertex vertex, TensorShape output, String... inputs) {
        String name = name();
        graph.addVertex(name, vertex, inputs);
        shapes.put(name, output);
        return name;
    }

    private TensorShape channels(int channels, String like) {
        return withChannels(shape(like), channels);
    }

    private static TensorShape withChannels(TensorShape shape, int channels) {
        return new TensorShape(channels, shape.height(), shape.width());
    }

    private int width() {
        return 2 + random.nextInt(7);
    }

    private int channels(String name) {
        return shape(name).channels();
    }

    private TensorShape shape(String name) {
        return Objects.requireNonNull(shapes.get(name), name);
    }

    private String name() {
        return "node" + names++;
    }
}
