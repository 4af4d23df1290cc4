package espalier.keras;

import espalier.keras.KerasReference.Combination;
import espalier.keras.KerasReference.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Keras network of random weights that is written to a file, and computed at the same time as Keras does. */
final class KerasNetworkWriter {
    private static final int IMAGES = 2;

    private static final String INITIALIZERS = Stream.of("kernel", "depthwise", "pointwise", "bias")
            .map(kind ->
                    ", '%s_initializer': {'class_name': 'GlorotUniform', 'config': {'seed': null}}".formatted(kind))
            .collect(Collectors.joining());

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<String> layers = new ArrayList<>();
    private final Map<String, Map<String, Tensor>> weights = new LinkedHashMap<>();
    private String backend = "tensorflow";
    private String version = "2.11.0";
    private String trainingConfiguration = "";
    private boolean sequential;

    /** A layer and what it computes. */
    record Node(String name, Tensor value) {}

    /** Writes a chain of layers instead of a network that says what reads what. */
    KerasNetworkWriter sequential() {
        sequential = true;
        return this;
    }

    KerasNetworkWriter version(String version) {
        this.version = version;
        return this;
    }

    KerasNetworkWriter backend(String backend) {
        this.backend = backend;
        return this;
    }

    KerasNetworkWriter trainingConfiguration(String json) {
        trainingConfiguration = json.replace('\'', '"');
        return this;
    }

    Node input(int height, int width, int channels) {
        Tensor images = Tensor.random(random, -1, 1, IMAGES, height, width, channels);
        return layer(
                "InputLayer",
                "images",
                "'batch_input_shape': [null, %d, %d, %d]".formatted(height, width, channels),
                images);
    }

    Node convolution(
            String name,
            Node input,
            int filters,
            int kernel,
            int stride,
            String padding,
            boolean bias,
            String function) {
        Window window = new Window(kernel, kernel, stride, 1, padding.equals("same"));
        return convolution(name, input, filters, window, bias, function);
    }

    Node convolution(String name, Node input, int filters, Window window, boolean bias, String function) {
        Tensor kernel = weight(name, "kernel", window.kernelRows(), window.kernelColumns(), channels(input), filters);
        Tensor value = KerasReference.convolution(input.value(), kernel, window);
        return layer(
                "Conv2D",
                name,
                "'filters': %d, %s".formatted(filters, settings(window, bias, function)),
                activation(function, bias(name, value, bias)),
                input);
    }

    Node depthwise(String name, Node input, Window window, int multiplier, boolean bias, String function) {
        Tensor kernel = weight(
                name, "depthwise_kernel", window.kernelRows(), window.kernelColumns(), channels(input), multiplier);
        Tensor value = KerasReference.depthwise(input.value(), kernel, window);
        return layer(
                "DepthwiseConv2D",
                name,
                "'depth_multiplier': %d, %s".formatted(multiplier, settings(window, bias, function)),
                activation(function, bias(name, value, bias)),
                input);
    }

    Node separable(String name, Node input, int filters, Window window, int multiplier, boolean bias, String function) {
        int channels = channels(input);
        Tensor depthwise =
                weight(name, "depthwise_kernel", window.kernelRows(), window.kernelColumns(), channels, multiplier);
        Tensor pointwise = weight(name, "pointwise_kernel", 1, 1, channels * multiplier, filters);
        Tensor value = KerasReference.convolution(
                KerasReference.depthwise(input.value(), depthwise, window), pointwise, new Window(1, 1, 1, 1, false));
        return layer(
                "SeparableConv2D",
                name,
                "'filters': %d, 'depth_multiplier': %d, %s"
                        .formatted(filters, multiplier, settings(window, bias, function)),
                activation(function, bias(name, value, bias)),
                input);
    }

    private static String settings(Window window, boolean bias, String function) {
        return ("'kernel_size': [%d, %d], 'strides': [%d, %d], 'dilation_rate': [%d, %d], 'padding': '%s', "
                        + "'data_format': 'channels_last', 'use_bias': %s, 'activation': '%s'"
                        + INITIALIZERS)
                .formatted(
                        window.kernelRows(),
                        window.kernelColumns(),
                        window.stride(),
                        window.stride(),
                        window.dilation(),
                        window.dilation(),
                        window.same() ? "same" : "valid",
                        bias,
                        function);
    }

    Node batchNorm(String name, Node input, boolean scale, boolean center) {
        int channels = channels(input);
        double epsilon = 1e-3;
        Tensor gamma = scale ? drawn(name, "gamma", 0.5, 1.5, channels) : filled(1, channels);
        Tensor beta = center ? drawn(name, "beta", -1, 1, channels) : filled(0, channels);
        Tensor mean = drawn(name, "moving_mean", -1, 1, channels);
        Tensor variance = drawn(name, "moving_variance", 0.5, 2, channels);
        Tensor value = KerasReference.perChannel(
                input.value(),
                (c, x) -> gamma.at(c) * (x - mean.at(c)) / Math.sqrt(variance.at(c) + epsilon) + beta.at(c));
        return layer(
                "BatchNormalization",
                name,
                "'axis': [%d], 'momentum': 0.95, 'epsilon': 0.001, 'scale': %s, 'center': %s"
                        .formatted(input.value().shape().length - 1, scale, center),
                value,
                input);
    }

    Node dense(String name, Node input, int units, boolean bias, String function) {
        Tensor kernel = weight(name, "kernel", channels(input), units);
        Tensor value = KerasReference.dense(input.value(), kernel);
        return layer(
                "Dense",
                name,
                ("'units': %d, 'use_bias': %s, 'activation': '%s'" + INITIALIZERS).formatted(units, bias, function),
                activation(function, bias(name, value, bias)),
                input);
    }

    Node activation(String name, Node input, String function) {
        return layer(
                "Activation",
                name,
                "'activation': '%s'".formatted(function),
                activation(function, input.value()),
                input);
    }

    Node pool(String type, String name, Node input, Window window) {
        return layer(
                type,
                name,
                "'pool_size': [%d, %d], 'strides': [%d, %d], 'padding': '%s', 'data_format': 'channels_last'"
                        .formatted(
                                window.kernelRows(),
                                window.kernelColumns(),
                                window.stride(),
                                window.stride(),
                                window.same() ? "same" : "valid"),
                type.startsWith("Max")
                        ? KerasReference.maxPool(input.value(), window)
                        : KerasReference.averagePool(input.value(), window),
                input);
    }

    Node globalAverage(String name, Node input) {
        return layer(
                "GlobalAveragePooling2D",
                name,
                "'data_format': 'channels_last'",
                KerasReference.globalAverage(input.value()),
                input);
    }

    Node flatten(String name, Node input) {
        return layer("Flatten", name, "'data_format': 'channels_last'", KerasReference.flatten(input.value()), input);
    }

    Node reshape(String name, Node input, int... shape) {
        String extents = Arrays.stream(shape).mapToObj(String::valueOf).collect(Collectors.joining(", "));
        return layer(
                "Reshape",
                name,
                "'target_shape': [%s]".formatted(extents),
                KerasReference.reshape(input.value(), shape),
                input);
    }

    Node combine(String type, String name, Combination combination, Node left, Node right) {
        return layer(type, name, "", KerasReference.combine(left.value(), right.value(), combination), left, right);
    }

    Node concatenate(String name, Node... inputs) {
        Tensor value =
                KerasReference.concatenate(Stream.of(inputs).map(Node::value).toList());
        return layer("Concatenate", name, "'axis': -1", value, inputs);
    }

    Node map(String type, String name, Node input, String settings, DoubleUnaryOperator function) {
        return layer(type, name, settings, KerasReference.map(input.value(), function), input);
    }

    /** Any layer; {@code settings} are the members of its configuration with ' for ". */
    Node layer(String type, String name, String settings, Tensor value, Node... inputs) {
        String references = Stream.of(inputs)
                .map(input -> "['%s', 0, 0, {}]".formatted(input.name()))
                .collect(Collectors.joining(", ", "[[", "]]"));
        String configuration = "'name': '" + name + "'" + (settings.isEmpty() ? "" : ", " + settings);
        layers.add("{'class_name': '%s', 'config': {%s}, 'name': '%s', 'inbound_nodes': %s}"
                .formatted(type, configuration, name, inputs.length == 0 ? "[]" : references)
                .replace('\'', '"'));
        weights.computeIfAbsent(name, key -> new LinkedHashMap<>());
        return new Node(name, value);
    }

    byte[] file(Node... outputs) {
        return fileOf(modelConfiguration(outputs));
    }

    byte[] fileOf(String modelConfiguration) {
        try (KerasFileWriter file = new KerasFileWriter()) {
            file.attribute("model_config", modelConfiguration);
            if (!version.isEmpty()) {
                file.attribute("keras_version", version);
            }
            file.attribute("backend", backend);
            if (!trainingConfiguration.isEmpty()) {
                file.attribute("training_config", trainingConfiguration);
            }
            weights.forEach(file::layer);
            return file.bytes();
        }
    }

    String modelConfiguration(Node... outputs) {
        String all = String.join(", ", layers);
        if (sequential) {
            return "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"chain\", \"layers\": [%s]}}"
                    .formatted(all);
        }
        String ends = Stream.of(outputs)
                .map(output -> "[\"%s\", 0, 0]".formatted(output.name()))
                .collect(Collectors.joining(", "));
        return ("{\"class_name\": \"Functional\", \"config\": {\"name\": \"net\", \"layers\": [%s], "
                        + "\"input_layers\": [[\"images\", 0, 0]], \"output_layers\": [%s]}}")
                .formatted(all, ends);
    }

    /** The arrays of a layer, to be changed before the file is written. */
    Map<String, Tensor> weights(String layer) {
        return weights.computeIfAbsent(layer, key -> new LinkedHashMap<>());
    }

    private Tensor weight(String layer, String name, int... shape) {
        return drawn(layer, name, -0.5, 0.5, shape);
    }

    private Tensor drawn(String layer, String name, double least, double most, int... shape) {
        Tensor tensor = Tensor.random(random, least, most, shape);
        weights(layer).put(layer + "/" + name + ":0", tensor);
        return tensor;
    }

    private static Tensor filled(float value, int channels) {
        Tensor tensor = Tensor.zeros(channels);
        Arrays.fill(tensor.values(), value);
        return tensor;
    }

    private Tensor bias(String layer, Tensor value, boolean bias) {
        if (!bias) {
            return value;
        }
        Tensor tensor = weight(layer, "bias", value.channels());
        return KerasReference.perChannel(value, (channel, x) -> x + tensor.at(channel));
    }

    private static int channels(Node node) {
        return node.value().channels();
    }

    static Tensor activation(String function, Tensor value) {
        return switch (function) {
            case "linear" -> value;
            case "relu" -> KerasReference.map(value, x -> Math.max(x, 0));
            case "relu6" -> KerasReference.map(value, x -> Math.min(Math.max(x, 0), 6));
            case "sigmoid" -> KerasReference.map(value, x -> 1 / (1 + Math.exp(-x)));
            case "tanh" -> KerasReference.map(value, Math::tanh);
            case "swish" -> KerasReference.map(value, x -> x / (1 + Math.exp(-x)));
            case "hard_sigmoid" -> KerasReference.map(value, x -> Math.min(Math.max(0.2 * x + 0.5, 0), 1));
            case "elu" -> KerasReference.map(value, x -> x > 0 ? x : Math.exp(x) - 1);
            case "selu" -> KerasReference.map(value, x -> 1.05070098 * (x > 0 ? x : 1.67326324 * (Math.exp(x) - 1)));
            case "softplus" -> KerasReference.map(value, x -> Math.log1p(Math.exp(x)));
            case "softsign" -> KerasReference.map(value, x -> x / (1 + Math.abs(x)));
            case "softmax" -> KerasReference.softmax(value);
            default -> throw new IllegalArgumentException(function);
        };
    }
}
