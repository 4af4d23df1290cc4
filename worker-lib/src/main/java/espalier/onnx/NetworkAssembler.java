package espalier.onnx;

import espalier.onnx.Operation.Activation;
import espalier.onnx.Operation.Affine;
import espalier.onnx.Operation.BatchNormalization;
import espalier.onnx.Operation.ChannelPadding;
import espalier.onnx.Operation.Concatenation;
import espalier.onnx.Operation.Convolution;
import espalier.onnx.Operation.Dense;
import espalier.onnx.Operation.Elementwise;
import espalier.onnx.Operation.GlobalPooling;
import espalier.onnx.Operation.Input;
import espalier.onnx.Operation.Padding;
import espalier.onnx.Operation.Pooling;
import espalier.onnx.Operation.Repetition;
import espalier.onnx.Operation.Reshape;
import espalier.onnx.Operation.Sampling;
import espalier.onnx.Operation.Subset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Steps as a Deeplearning4j graph of its own standard layers: images [N, C, H, W], symmetric padding, activations as
 * layers of their own. Every width is given, so no input type has to be inferred.
 */
final class NetworkAssembler {
    private static final org.nd4j.linalg.activations.Activation IDENTITY =
            org.nd4j.linalg.activations.Activation.IDENTITY;
    private static final org.nd4j.linalg.activations.Activation SOFTMAX =
            org.nd4j.linalg.activations.Activation.SOFTMAX;

    /** Values of one parameter of one layer, in 'c' order. */
    @SuppressWarnings("ArrayRecordComponent") // Written once, never compared.
    private record Parameter(String layer, String key, float[] values) {}

    private final GraphBuilder graph;
    private final Map<Step, String> vertices = new HashMap<>();
    private final Set<Step> neverNegative = new HashSet<>();
    private static final int MOST_VERTICES = 20_000;

    private final Set<String> names = new HashSet<>();
    private final List<Parameter> parameters = new ArrayList<>();

    private NetworkAssembler() {
        // Neither updater nor initial weights are used; they are set so that a saved network restores and retrains
        // anywhere.
        graph = new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd())
                .weightInit(WeightInit.RELU)
                .graphBuilder();
    }

    /**
     * Builds the classifier that ends in a step, its logits.
     *
     * @throws IllegalArgumentException if Deeplearning4j has no layer for a step
     */
    static ComputationGraph assemble(Step logits) {
        NetworkAssembler assembler = new NetworkAssembler();
        List<Step> order = logits.order();
        boolean readTwice = order.stream().anyMatch(step -> step.inputs().contains(logits));
        boolean dense = logits.operation() instanceof Dense && !readTwice;
        for (Step step : order) {
            if (step != logits || !dense) {
                assembler.vertices.put(step, assembler.add(step));
                if (assembler.isNeverNegative(step)) {
                    assembler.neverNegative.add(step);
                }
            }
        }
        return assembler.build(dense ? assembler.outputLayer(logits) : assembler.lossLayer(logits));
    }

    private ComputationGraph build(String output) {
        ComputationGraph network = new ComputationGraph(graph.setOutputs(output).build());
        network.init();
        for (Parameter parameter : parameters) {
            var array = network.getLayer(parameter.layer()).getParam(parameter.key());
            array.assign(Nd4j.create(parameter.values(), array.shape(), 'c'));
        }
        return network;
    }

    private String outputLayer(Step logits) {
        Dense dense = (Dense) logits.operation();
        String name = unique(logits.label());
        graph.addLayer(
                name,
                new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(logits.input().channels())
                        .nOut(dense.outputs())
                        .hasBias(dense.bias() != null)
                        .activation(SOFTMAX)
                        .build(),
                vertexOf(logits.input()));
        return weighted(name, dense.weights(), dense.bias());
    }

    private String lossLayer(Step logits) {
        String name = unique("classifier");
        LossLayer loss =
                new LossLayer.Builder(LossFunction.MCXENT).activation(SOFTMAX).build();
        graph.addLayer(name, loss, vertexOf(logits));
        return name;
    }

    // ---- Names.

    private String vertexOf(Step step) {
        return Objects.requireNonNull(vertices.get(step), step::label);
    }

    private String unique(String label) {
        String plain = label.replaceAll("\\p{Cntrl}+", "_");
        String name = plain.isEmpty() ? "layer" : plain;
        if (names.size() >= MOST_VERTICES) {
            throw new IllegalArgumentException(
                    "makes more than the %,d layers that are supported".formatted(MOST_VERTICES));
        }
        for (int i = 2; !names.add(name); i++) {
            name = plain + "-" + i;
        }
        return name;
    }

    private String layer(String label, Layer layer, String input) {
        String name = unique(label);
        graph.addLayer(name, layer, input);
        return name;
    }

    private String vertex(String label, GraphVertex vertex, String... inputs) {
        String name = unique(label);
        graph.addVertex(name, vertex, inputs);
        return name;
    }

    private String weighted(String name, float[] weights, float @Nullable [] bias) {
        parameters.add(new Parameter(name, DefaultParamInitializer.WEIGHT_KEY, weights));
        if (bias != null) {
            parameters.add(new Parameter(name, DefaultParamInitializer.BIAS_KEY, bias));
        }
        return name;
    }

    // ---- Steps.

    /** Adds the vertices of a step and returns the name of the last. */
    private String add(Step step) {
        Operation operation = step.operation();
        if (operation instanceof Input) {
            String name = unique(step.label());
            graph.addInputs(name);
            return name;
        }
        String label = step.label();
        String input = vertexOf(step.input());
        if (operation instanceof Convolution convolution) {
            return convolution(step, convolution, input);
        }
        if (operation instanceof Dense dense) {
            DenseLayer.Builder layer =
                    new DenseLayer.Builder().nIn(step.input().channels()).nOut(dense.outputs());
            DenseLayer plain =
                    layer.hasBias(dense.bias() != null).activation(IDENTITY).build();
            return weighted(layer(label, plain, input), dense.weights(), dense.bias());
        }
        if (operation instanceof BatchNormalization norm) {
            return batchNormalization(label, norm, input);
        }
        if (operation instanceof Affine affine) {
            return affine(step, affine, input);
        }
        if (operation instanceof Activation activation) {
            return layer(label, new ActivationLayer(activation.function()), input);
        }
        if (operation instanceof Pooling pooling) {
            return pooling(step, pooling, input);
        }
        if (operation instanceof GlobalPooling pooling) {
            PoolingType type = pooling.maximum() ? PoolingType.MAX : PoolingType.AVG;
            return layer(
                    label,
                    new GlobalPoolingLayer.Builder(type)
                            .collapseDimensions(!step.isImage())
                            .build(),
                    input);
        }
        return addShaped(step, label, input);
    }

    /** Adds a step that moves values and does not change them. */
    private String addShaped(Step step, String label, String input) {
        Operation operation = step.operation();
        if (operation instanceof Padding padding) {
            return padding(label, padding.around(), input);
        }
        if (operation instanceof ChannelPadding padding) {
            return channelPadding(step, padding, input);
        }
        if (operation instanceof Sampling sampling) {
            return sampling(step, sampling, input);
        }
        if (operation instanceof Subset subset) {
            return vertex(label, new SubsetVertex(subset.from(), subset.to()), input);
        }
        if (operation instanceof Repetition repetition) {
            int[] size = {repetition.rows(), repetition.columns()};
            return layer(label, new Upsampling2D.Builder().size(size).build(), input);
        }
        if (operation instanceof Reshape) {
            return reshape(step, input);
        }
        String[] inputs = step.inputs().stream().map(this::vertexOf).toArray(String[]::new);
        if (operation instanceof Concatenation) {
            return vertex(label, new MergeVertex(), inputs);
        }
        if (operation instanceof Elementwise elementwise) {
            return vertex(label, new ElementWiseVertex(elementwise.function()), inputs);
        }
        throw new IllegalStateException("step of an unknown kind: " + step);
    }

    // ---- Convolutions.

    private String convolution(Step step, Convolution convolution, String input) {
        Window window = convolution.window();
        String source = input;
        if (!window.isSymmetric()) {
            source = padding(step.label() + "-pad", window.padding(), input);
            window = window.withPadding(0, 0, 0, 0);
        }
        int inputs = step.input().channels();
        if (convolution.groups() == 1) {
            String name = layer(
                    step.label(), convolutionLayer(window, inputs, convolution.outputs(), convolution.bias()), source);
            return weighted(name, convolution.weights(), convolution.bias());
        }
        if (convolution.groups() == inputs) {
            return depthwise(step.label(), window, inputs, convolution, source);
        }
        return grouped(step.label(), window, inputs, convolution, source);
    }

    private static ConvolutionLayer convolutionLayer(Window window, int inputs, int outputs, float @Nullable [] bias) {
        return new ConvolutionLayer.Builder(window.kernel())
                .nIn(inputs)
                .nOut(outputs)
                .stride(window.stride())
                .padding(window.padding()[0], window.padding()[1])
                .dilation(window.dilation())
                .convolutionMode(ConvolutionMode.Truncate)
                .activation(IDENTITY)
                .hasBias(bias != null)
                .build();
    }

    /** One filter or several for each channel; its weights are [kernel height, kernel width, inputs, multiplier]. */
    private String depthwise(String label, Window window, int inputs, Convolution convolution, String source) {
        int multiplier = convolution.outputs() / inputs;
        DepthwiseConvolution2D layer = new DepthwiseConvolution2D.Builder(window.kernel())
                .depthMultiplier(multiplier)
                .nIn(inputs)
                .nOut(convolution.outputs())
                .stride(window.stride())
                .padding(window.padding()[0], window.padding()[1])
                .dilation(window.dilation())
                .convolutionMode(ConvolutionMode.Truncate)
                .activation(IDENTITY)
                .hasBias(convolution.bias() != null)
                .build();
        int[] shape = {inputs, multiplier, window.kernel()[0], window.kernel()[1]};
        float[] weights = Constant.ofFloats(shape, convolution.weights())
                .transposed(new int[] {2, 3, 0, 1})
                .floats();
        return weighted(layer(label, layer, source), weights, convolution.bias());
    }

    private String grouped(String label, Window window, int inputs, Convolution convolution, String source) {
        int groups = convolution.groups();
        int width = inputs / groups;
        int outputs = convolution.outputs() / groups;
        int size = convolution.weights().length / groups;
        float[] bias = convolution.bias();
        String[] parts = new String[groups];
        for (int group = 0; group < groups; group++) {
            String part = label + "-group" + (group + 1);
            String slice = vertex(part + "-slice", new SubsetVertex(group * width, (group + 1) * width - 1), source);
            parts[group] = weighted(
                    layer(part, convolutionLayer(window, width, outputs, bias), slice),
                    Arrays.copyOfRange(convolution.weights(), group * size, (group + 1) * size),
                    bias == null ? null : Arrays.copyOfRange(bias, group * outputs, (group + 1) * outputs));
        }
        return vertex(label, new MergeVertex(), parts);
    }

    private String padding(String label, int[] around, String input) {
        return layer(label, new ZeroPaddingLayer.Builder(around[0], around[2], around[1], around[3]).build(), input);
    }

    // ---- Constants.

    private String batchNormalization(String label, BatchNormalization norm, String input) {
        int channels = norm.scale().length;
        String name = layer(
                label,
                new org.deeplearning4j.nn.conf.layers.BatchNormalization.Builder()
                        .nIn(channels)
                        .nOut(channels)
                        .decay(norm.momentum())
                        .eps(norm.epsilon())
                        .useLogStd(false)
                        .build(),
                input);
        parameters.add(new Parameter(name, BatchNormalizationParamInitializer.GAMMA, norm.scale()));
        parameters.add(new Parameter(name, BatchNormalizationParamInitializer.BETA, norm.shift()));
        parameters.add(new Parameter(name, BatchNormalizationParamInitializer.GLOBAL_MEAN, norm.mean()));
        parameters.add(new Parameter(name, BatchNormalizationParamInitializer.GLOBAL_VAR, norm.variance()));
        return name;
    }

    private String affine(Step step, Affine affine, String input) {
        if (affine.scale().length + affine.shift().length > 2) {
            return perChannel(step, affine, input);
        }
        String scaled =
                affine.scale()[0] == 1 ? input : vertex(step.label(), new ScaleVertex(affine.scale()[0]), input);
        return affine.shift()[0] == 0 ? scaled : vertex(step.label(), new ShiftVertex(affine.shift()[0]), scaled);
    }

    private String perChannel(Step step, Affine affine, String input) {
        int channels = step.channels();
        float[] scale = Simplifier.spread(affine.scale(), channels);
        float[] shift = Simplifier.spread(affine.shift(), channels);
        if (step.isImage()) {
            int[] one = {1, 1};
            Window window = new Window(one, one, one, new int[4]);
            return depthwise(
                    step.label(), window, channels, new Convolution(channels, channels, window, scale, shift), input);
        }
        float[] zeros = new float[channels];
        float[] ones = Simplifier.spread(new float[] {1}, channels);
        return batchNormalization(step.label(), new BatchNormalization(scale, shift, zeros, ones, 1e-12, 0.9), input);
    }

    // ---- Pooling and shapes.

    private String pooling(Step step, Pooling pooling, String input) {
        Window window = pooling.window();
        String source = input;
        ConvolutionMode mode = ConvolutionMode.Truncate;
        if (!window.isSymmetric()) {
            boolean zerosAreHarmless =
                    pooling.maximum() ? neverNegative.contains(step.input()) : pooling.countPadding();
            if (zerosAreHarmless) {
                source = padding(step.label() + "-pad", window.padding(), input);
                window = window.withPadding(0, 0, 0, 0);
            } else if (window.isSame(step.input().height(), step.input().width())) {
                mode = ConvolutionMode.Same;
                window = window.withPadding(0, 0, 0, 0);
            } else {
                throw new IllegalArgumentException(
                        "pooling '%s' has padding %s (top, left, bottom, right); equal padding on both sides is supported"
                                .formatted(step.label(), Arrays.toString(window.padding())));
            }
        }
        SubsamplingLayer layer = new SubsamplingLayer.Builder(pooling.maximum() ? PoolingType.MAX : PoolingType.AVG)
                .kernelSize(window.kernel())
                .stride(window.stride())
                .padding(window.padding()[0], window.padding()[1])
                .dilation(window.dilation())
                .convolutionMode(mode)
                .avgPoolIncludePadInDivisor(pooling.countPadding())
                .build();
        return layer(step.label(), layer, source);
    }

    /** Whether no value can be less than zero; known of the step's inputs. */
    private boolean isNeverNegative(Step step) {
        Operation operation = step.operation();
        if (operation instanceof Activation activation) {
            var function = activation.function();
            return function instanceof ActivationReLU
                    || function instanceof ActivationReLU6
                    || function instanceof ActivationSigmoid
                    || function instanceof ActivationHardSigmoid;
        }
        boolean keepsSign = operation instanceof Pooling
                || operation instanceof GlobalPooling
                || operation instanceof Padding
                || operation instanceof Sampling
                || operation instanceof Subset
                || operation instanceof Repetition
                || operation instanceof Reshape
                || operation instanceof Concatenation
                || (operation instanceof Elementwise elementwise
                        && elementwise.function() != ElementWiseVertex.Op.Subtract);
        return keepsSign && neverNegative.containsAll(step.inputs());
    }

    /** Every stride-th position is a maximum over one position. */
    private String sampling(Step step, Sampling sampling, String input) {
        String source = input;
        int[] crop = new int[4];
        for (int axis = 0; axis < 2; axis++) {
            int extent = step.input().dims()[axis + 1];
            int outputs = step.dims()[axis + 1];
            crop[axis] = sampling.offset()[axis];
            crop[axis + 2] = Math.max(0, extent - crop[axis] - outputs * sampling.stride()[axis]);
        }
        boolean plain = sampling.stride()[0] == 1 && sampling.stride()[1] == 1;
        if (Arrays.stream(crop).sum() > 0) {
            Cropping2D layer = new Cropping2D.Builder(crop[0], crop[2], crop[1], crop[3]).build();
            source = layer(plain ? step.label() : step.label() + "-crop", layer, input);
        }
        if (plain) {
            return source;
        }
        SubsamplingLayer layer = new SubsamplingLayer.Builder(PoolingType.MAX)
                .kernelSize(1, 1)
                .stride(sampling.stride())
                .convolutionMode(ConvolutionMode.Truncate)
                .build();
        return layer(step.label(), layer, source);
    }

    /** Zero channels from the input, for want of something better. */
    private String channelPadding(Step step, ChannelPadding padding, String input) {
        List<String> parts = new ArrayList<>();
        addZeros(parts, step, padding.before(), input);
        parts.add(input);
        addZeros(parts, step, padding.after(), input);
        return vertex(step.label(), new MergeVertex(), parts.toArray(String[]::new));
    }

    private void addZeros(List<String> parts, Step step, int count, String input) {
        int channels = step.input().channels();
        for (int left = count; left > 0; left -= channels) {
            String slice =
                    left >= channels ? input : vertex(step.label() + "-slice", new SubsetVertex(0, left - 1), input);
            parts.add(vertex(step.label() + "-zero", new ScaleVertex(0.0), slice));
        }
    }

    private String reshape(Step step, String input) {
        int[] from = step.input().dims();
        int[] to = step.dims();
        InputPreProcessor preProcessor;
        if (from.length == 3 && to.length == 1) {
            preProcessor = new CnnToFeedForwardPreProcessor(from[1], from[2], from[0]);
        } else if (from.length == 1 && to.length == 3) {
            preProcessor = new FeedForwardToCnnPreProcessor(to[1], to[2], to[0]);
        } else {
            throw new IllegalArgumentException(
                    "reshape '%s' makes %s of %s for one image; only images to vectors and back are supported"
                            .formatted(step.label(), Arrays.toString(to), Arrays.toString(from)));
        }
        return vertex(step.label(), new PreprocessorVertex(preProcessor), input);
    }
}
