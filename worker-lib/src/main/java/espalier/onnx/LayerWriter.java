package espalier.onnx;

import static espalier.onnx.ModelBuilder.attribute;

import espalier.network.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Deeplearning4j's layers as ONNX nodes, with the weights of one graph. */
final class LayerWriter {
    private static final String WEIGHTS = DefaultParamInitializer.WEIGHT_KEY;
    private static final String BIAS = DefaultParamInitializer.BIAS_KEY;

    private final ComputationGraph graph;
    private final ModelBuilder model;
    private final ActivationWriter activations;

    LayerWriter(ComputationGraph graph, ModelBuilder model) {
        this.graph = graph;
        this.model = model;
        this.activations = new ActivationWriter(model);
    }

    /** One line that names a layer or vertex that ONNX has no counterpart of. */
    static IllegalArgumentException unsupported(String name, Object layer) {
        return new IllegalArgumentException("layer '%s' is a %s, which export to ONNX does not support"
                .formatted(name, layer.getClass().getSimpleName()));
    }

    /**
     * Adds a layer, its activation function too.
     *
     * @param before shape of its input
     * @param output what its value is to be called
     * @return the name of its value
     */
    String write(Layer layer, String name, TensorShape before, String input, String output) {
        if (layer instanceof DropoutLayer) {
            return input;
        }
        if (layer instanceof ActivationLayer activation) {
            IActivation function = activation.getActivationFn();
            return ActivationWriter.isIdentity(function)
                    ? input
                    : activations.write(function, name, name, input, output);
        }
        IActivation function = layer instanceof BaseLayer base && hasActivation(layer) ? base.getActivationFn() : null;
        if (function == null || ActivationWriter.isIdentity(function)) {
            return writeLinear(layer, name, before, input, output);
        }
        String linear = writeLinear(layer, name, before, input, output + "/linear");
        return activations.write(function, name, name + "/activation", linear, output);
    }

    /**
     * Adds the last layer, whose values before and behind the activation function are the model's outputs.
     *
     * @return whether it has an activation function
     */
    boolean writeLast(Layer layer, String name, TensorShape before, String input) {
        IActivation function = layer instanceof BaseLayer base && hasActivation(layer)
                ? base.getActivationFn()
                : layer instanceof ActivationLayer activation ? activation.getActivationFn() : null;
        if (layer instanceof LossLayer || layer instanceof ActivationLayer || layer instanceof DropoutLayer) {
            model.node("Identity", name, OnnxWriter.LOGITS, List.of(input));
        } else {
            writeLinear(layer, name, before, input, OnnxWriter.LOGITS);
        }
        if (function == null || ActivationWriter.isIdentity(function)) {
            return false;
        }
        activations.write(function, name, name + "/activation", OnnxWriter.LOGITS, OnnxWriter.PROBABILITIES);
        return true;
    }

    /** Batch normalization has one in its configuration, but does not use it. */
    private static boolean hasActivation(Layer layer) {
        return !(layer instanceof BatchNormalization);
    }

    private String writeLinear(Layer layer, String name, TensorShape before, String input, String output) {
        Class<?> type = layer.getClass();
        if (type == ConvolutionLayer.class) {
            ConvolutionLayer convolution = (ConvolutionLayer) layer;
            float[] weights = parameter(name, WEIGHTS);
            return convolution(convolution, name, before, input, output, weights, bias(name), 1);
        }
        if (type == DepthwiseConvolution2D.class) {
            return depthwise((DepthwiseConvolution2D) layer, name, before, input, output);
        }
        if (type == SeparableConvolution2D.class) {
            return separable((SeparableConvolution2D) layer, name, before, input, output);
        }
        if (type == BatchNormalization.class) {
            return batchNormalization((BatchNormalization) layer, name, before, input, output);
        }
        if (type == DenseLayer.class || type == OutputLayer.class) {
            return dense((FeedForwardLayer) layer, name, before, input, output);
        }
        if (type == SubsamplingLayer.class) {
            return pooling((SubsamplingLayer) layer, name, before, input, output);
        }
        if (type == GlobalPoolingLayer.class) {
            return globalPooling((GlobalPoolingLayer) layer, name, before, input, output);
        }
        return writeResized(layer, name, input, output);
    }

    private String writeResized(Layer layer, String name, String input, String output) {
        if (layer instanceof ZeroPaddingLayer padding && padding.getDataFormat() == CNN2DFormat.NCHW) {
            int[] around = padding.getPadding();
            String pads = model.integers(name + ".pads", 0, 0, around[0], around[2], 0, 0, around[1], around[3]);
            return model.node("Pad", name, output, List.of(input, pads));
        }
        if (layer instanceof Cropping2D cropping && cropping.getDataFormat() == CNN2DFormat.NCHW) {
            int[] around = cropping.getCropping();
            String starts = model.integers(name + ".starts", around[0], around[2]);
            // An end of -0 would be 0: where nothing is cut off the end is beyond every extent.
            String ends = model.integers(name + ".ends", end(around[1]), end(around[3]));
            String axes = model.integers(name + ".axes", 2, 3);
            return model.node("Slice", name, output, List.of(input, starts, ends, axes));
        }
        if (layer instanceof Upsampling2D upsampling && upsampling.getFormat() == CNN2DFormat.NCHW) {
            int[] size = upsampling.getSize();
            String scales = model.weights(name + ".scales", new float[] {1, 1, size[0], size[1]}, 4);
            return model.node(
                    "Resize",
                    name,
                    output,
                    List.of(input, "", scales),
                    attribute("mode", "nearest"),
                    attribute("coordinate_transformation_mode", "asymmetric"),
                    attribute("nearest_mode", "floor"));
        }
        throw unsupported(name, layer);
    }

    private static long end(int cut) {
        return cut == 0 ? Long.MAX_VALUE : -cut;
    }

    // ---- Weights.

    private float[] parameter(String layer, String key) {
        INDArray array = graph.getLayer(layer).getParam(key);
        return Objects.requireNonNull(array, () -> layer + "/" + key)
                .dup('c')
                .data()
                .asFloat();
    }

    private float @Nullable [] bias(String layer) {
        return graph.getLayer(layer).paramTable().containsKey(BIAS) ? parameter(layer, BIAS) : null;
    }

    private List<String> inputs(String name, String input, String weights, float @Nullable [] bias) {
        List<String> inputs = new ArrayList<>(List.of(input, weights));
        if (bias != null) {
            inputs.add(model.weights(name + ".bias", bias, bias.length));
        }
        return inputs;
    }

    // ---- Convolutions.

    /** Adds a convolution; weights are [outputs, inputs / groups, kernel height, kernel width]. */
    private String convolution(
            ConvolutionLayer layer,
            String name,
            TensorShape before,
            String input,
            String output,
            float[] weights,
            float @Nullable [] bias,
            int groups) {
        checkInputs(name, groups == 1 ? layer.getNIn() : before.channels(), before);
        checkFormat(name, layer, layer.getCnn2dDataFormat());
        Window window = window(
                name,
                layer,
                before,
                layer.getConvolutionMode(),
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding());
        int[] kernel = window.kernel();
        int inputs = before.channels() / groups;
        int outputs = weights.length / (inputs * kernel[0] * kernel[1]);
        String tensor = model.weights(name + ".weight", weights, outputs, inputs, kernel[0], kernel[1]);
        List<AttributeProto> attributes = attributes(window);
        attributes.add(attribute("group", (long) groups));
        return model.node(
                "Conv", name, output, inputs(name, input, tensor, bias), attributes.toArray(AttributeProto[]::new));
    }

    /** Several convolutions of a part of the channels each as one in groups. */
    String grouped(String name, GroupedConvolutions.Group group, TensorShape before, String input, String output) {
        ConvolutionLayer layer = null;
        float[] weights = new float[0];
        float[] bias = null;
        for (String part : group.convolutions()) {
            layer = (ConvolutionLayer) graph.getLayer(part).conf().getLayer();
            weights = joined(weights, parameter(part, WEIGHTS));
            float[] partBias = bias(part);
            bias = partBias == null ? null : joined(bias == null ? new float[0] : bias, partBias);
        }
        return convolution(
                Objects.requireNonNull(layer),
                name,
                before,
                input,
                output,
                weights,
                bias,
                group.convolutions().size());
    }

    private static float[] joined(float[] first, float[] second) {
        float[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private String depthwise(
            DepthwiseConvolution2D layer, String name, TensorShape before, String input, String output) {
        int channels = before.channels();
        int[] kernel = layer.getKernelSize();
        int[] shape = {kernel[0], kernel[1], channels, layer.getDepthMultiplier()};
        float[] weights = Constant.ofFloats(shape, parameter(name, WEIGHTS))
                .transposed(new int[] {2, 3, 0, 1})
                .floats();
        return convolution(layer, name, before, input, output, weights, bias(name), channels);
    }

    /** A depthwise convolution, whose weights are [multiplier, inputs, kernel height, kernel width], and a 1x1 one. */
    private String separable(
            SeparableConvolution2D layer, String name, TensorShape before, String input, String output) {
        int channels = before.channels();
        int[] kernel = layer.getKernelSize();
        int[] shape = {layer.getDepthMultiplier(), channels, kernel[0], kernel[1]};
        float[] weights = Constant.ofFloats(
                        shape, parameter(name, SeparableConvolutionParamInitializer.DEPTH_WISE_WEIGHT_KEY))
                .transposed(new int[] {1, 0, 2, 3})
                .floats();
        String wide =
                convolution(layer, name + "/depthwise", before, input, output + "/depthwise", weights, null, channels);
        int inputs = channels * layer.getDepthMultiplier();
        String tensor = model.weights(
                name + ".weight",
                parameter(name, SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY),
                (int) layer.getNOut(),
                inputs,
                1,
                1);
        return model.node("Conv", name, output, inputs(name, wide, tensor, bias(name)));
    }

    private static void checkInputs(String name, long wanted, TensorShape before) {
        if (wanted != before.channels()) {
            throw new IllegalArgumentException(
                    "layer '%s' reads %d channels, but gets %s; give the shape of the images that the network was made for"
                            .formatted(name, wanted, before));
        }
    }

    private static void checkFormat(String name, Layer layer, CNN2DFormat format) {
        if (format != CNN2DFormat.NCHW) {
            throw new IllegalArgumentException("layer '%s' is a %s of data format %s; export to ONNX supports NCHW"
                    .formatted(name, layer.getClass().getSimpleName(), format));
        }
    }

    private static Window window(
            String name,
            Layer layer,
            TensorShape before,
            ConvolutionMode mode,
            int[] kernel,
            int[] stride,
            int[] dilation,
            int[] padding) {
        Window window =
                new Window(kernel, stride, dilation, new int[] {padding[0], padding[1], padding[0], padding[1]});
        return switch (mode) {
            case Truncate, Strict -> window;
            case Same -> window.withPadding(window.samePadding(before.height(), before.width(), false));
            case Causal ->
                throw new IllegalArgumentException(
                        "layer '%s' is a %s of convolution mode %s, which export to ONNX does not support"
                                .formatted(name, layer.getClass().getSimpleName(), mode));
        };
    }

    private static List<AttributeProto> attributes(Window window) {
        return new ArrayList<>(List.of(
                attribute("kernel_shape", window.kernel()),
                attribute("strides", window.stride()),
                attribute("dilations", window.dilation()),
                attribute("pads", window.padding())));
    }

    // ---- Other layers with weights.

    private String dense(FeedForwardLayer layer, String name, TensorShape before, String input, String output) {
        checkInputs(name, layer.getNIn(), before);
        if (before.area() != 1) {
            throw new IllegalArgumentException("layer '%s' is a %s that reads %s; export to ONNX supports vectors"
                    .formatted(name, layer.getClass().getSimpleName(), before));
        }
        String tensor =
                model.weights(name + ".weight", parameter(name, WEIGHTS), (int) layer.getNIn(), (int) layer.getNOut());
        return model.node("Gemm", name, output, inputs(name, input, tensor, bias(name)));
    }

    private String batchNormalization(
            BatchNormalization layer, String name, TensorShape before, String input, String output) {
        if (before.area() > 1) {
            checkFormat(name, layer, layer.getCnn2DFormat());
        }
        int channels = before.channels();
        boolean locked = layer.isLockGammaBeta();
        float[] scale =
                locked ? filled(channels, layer.getGamma()) : parameter(name, BatchNormalizationParamInitializer.GAMMA);
        float[] shift =
                locked ? filled(channels, layer.getBeta()) : parameter(name, BatchNormalizationParamInitializer.BETA);
        float[] mean = parameter(name, BatchNormalizationParamInitializer.GLOBAL_MEAN);
        return model.node(
                "BatchNormalization",
                name,
                output,
                List.of(
                        input,
                        model.weights(name + ".weight", scale, channels),
                        model.weights(name + ".bias", shift, channels),
                        model.weights(name + ".running_mean", mean, channels),
                        model.weights(name + ".running_var", variance(layer, name), channels)),
                attribute("epsilon", (float) layer.getEps()),
                attribute("momentum", (float) layer.getDecay()));
    }

    private static float[] filled(int count, double value) {
        float[] values = new float[count];
        Arrays.fill(values, (float) value);
        return values;
    }

    private float[] variance(BatchNormalization layer, String name) {
        if (!layer.isUseLogStd()) {
            return parameter(name, BatchNormalizationParamInitializer.GLOBAL_VAR);
        }
        float[] variance = parameter(name, BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
        for (int i = 0; i < variance.length; i++) {
            variance[i] = (float) Math.pow(10, 2.0 * variance[i]);
        }
        return variance;
    }

    // ---- Pooling.

    private String pooling(SubsamplingLayer layer, String name, TensorShape before, String input, String output) {
        checkFormat(name, layer, layer.getCnn2dDataFormat());
        Window window = window(
                name,
                layer,
                before,
                layer.getConvolutionMode(),
                layer.getKernelSize(),
                layer.getStride(),
                layer.getDilation(),
                layer.getPadding());
        List<AttributeProto> attributes = attributes(window);
        boolean maximum = layer.getPoolingType() == PoolingType.MAX;
        if (!maximum) {
            boolean dilated = window.dilation()[0] * window.dilation()[1] > 1;
            if (layer.getPoolingType() != PoolingType.AVG || dilated) {
                throw new IllegalArgumentException(
                        "layer '%s' pools by %s with dilation %s; export to ONNX supports MAX, and AVG without dilation"
                                .formatted(name, layer.getPoolingType(), Arrays.toString(window.dilation())));
            }
            attributes.remove(2);
            attributes.add(attribute("count_include_pad", layer.isAvgPoolIncludePadInDivisor() ? 1L : 0L));
        }
        return model.node(
                maximum ? "MaxPool" : "AveragePool",
                name,
                output,
                List.of(input),
                attributes.toArray(AttributeProto[]::new));
    }

    private String globalPooling(
            GlobalPoolingLayer layer, String name, TensorShape before, String input, String output) {
        PoolingType type = layer.getPoolingType();
        boolean supported = (type == PoolingType.AVG || type == PoolingType.MAX)
                && (layer.getPoolingDimensions() == null
                        || Arrays.equals(layer.getPoolingDimensions(), new int[] {2, 3}));
        if (!supported) {
            throw new IllegalArgumentException(
                    "layer '%s' pools by %s of %s; export to ONNX supports AVG and MAX over height and width"
                            .formatted(name, type, before));
        }
        String operator = type == PoolingType.MAX ? "GlobalMaxPool" : "GlobalAveragePool";
        if (!layer.isCollapseDimensions()) {
            return model.node(operator, name, output, List.of(input));
        }
        String pooled = model.node(operator, name, output + "/pooled", List.of(input));
        return model.node("Flatten", name + "/flat", output, List.of(pooled), attribute("axis", 1L));
    }
}
