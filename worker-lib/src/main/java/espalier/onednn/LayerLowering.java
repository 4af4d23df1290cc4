package espalier.onednn;

import espalier.network.TensorShape;
import espalier.onednn.Operation.Activation.Function;
import espalier.onednn.Operation.Pooling.Kind;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Translates single layers and finds their parameters; the function of a layer becomes an operation of its own. */
final class LayerLowering {
    private static final Map<IActivation, Function> FUNCTIONS = Map.of(
            new ActivationReLU(), Function.RELU,
            new ActivationReLU6(), Function.RELU6,
            new ActivationSigmoid(), Function.SIGMOID,
            new ActivationTanH(), Function.TANH);

    private final ComputationGraph graph;
    private final List<Operation> operations;

    LayerLowering(ComputationGraph graph, List<Operation> operations) {
        this.graph = graph;
        this.operations = operations;
    }

    /** Adds the operations of a layer; returns the last one's value. */
    Value lower(String name, Layer layer, Value input) {
        checkPlain(name, layer);
        if (layer instanceof ConvolutionLayer convolution) {
            return convolve(name, convolution, input);
        }
        if (layer.getClass() == DenseLayer.class && !((DenseLayer) layer).hasLayerNorm()) {
            return activate(
                    name,
                    ((DenseLayer) layer).getActivationFn(),
                    dense(name, (DenseLayer) layer, ((DenseLayer) layer).hasBias(), input));
        }
        if (layer instanceof BatchNormalization norm) {
            return normalize(name, norm, input);
        }
        if (layer.getClass() == ActivationLayer.class) {
            return activate(name, ((ActivationLayer) layer).getActivationFn(), input);
        }
        if (layer.getClass() == SubsamplingLayer.class) {
            return pool(name, (SubsamplingLayer) layer, input);
        }
        if (layer instanceof GlobalPoolingLayer pooling && pooling.isCollapseDimensions()) {
            return pool(name, pooling.getPoolingType(), false, Window.whole(input.shape()), input);
        }
        throw unsupported(name, "is a " + layer.getClass().getSimpleName());
    }

    /** Adds the output layer without its softmax. */
    Value classifier(String name, Layer layer, Value input) {
        checkPlain(name, layer);
        if (layer.getClass() != OutputLayer.class) {
            throw unsupported(name, "is a " + layer.getClass().getSimpleName() + " at the output");
        }
        OutputLayer output = (OutputLayer) layer;
        boolean crossEntropy = output.getLossFn() instanceof LossMCXENT loss
                && loss.getWeights() == null
                && loss.getSoftmaxClipEps() == SoftmaxCrossEntropy.SMALLEST;
        if (!crossEntropy || !(output.getActivationFn() instanceof ActivationSoftmax)) {
            throw unsupported(name, "has another loss than the cross-entropy of a softmax");
        }
        return dense(name, output, output.hasBias(), input);
    }

    private void checkPlain(String name, Layer layer) {
        if (layer.getIDropout() != null) {
            throw unsupported(name, "has dropout");
        }
        if (layer instanceof BaseLayer base
                && (base.getWeightNoise() != null
                        || !isEmpty(base.getRegularization())
                        || !isEmpty(base.getRegularizationBias()))) {
            throw unsupported(name, "has regularization or noise of its own");
        }
    }

    private Value convolve(String name, ConvolutionLayer layer, Value input) {
        boolean depthwise = layer.getClass() == DepthwiseConvolution2D.class;
        if ((!depthwise && layer.getClass() != ConvolutionLayer.class)
                || layer.getCnn2dDataFormat() != CNN2DFormat.NCHW
                || layer.getConvolutionMode() == ConvolutionMode.Causal
                || layer.getDilation()[0] != 1
                || layer.getDilation()[1] != 1) {
            throw unsupported(
                    name, "is a " + layer.getClass().getSimpleName() + " in an arrangement that is not known");
        }
        Window window = window(
                layer.getConvolutionMode(),
                layer.getKernelSize(),
                layer.getStride(),
                layer.getPadding(),
                layer.getDilation(),
                input.shape());
        INDArray weights = parameter(name, "W");
        Value output = new Value(name + "/linear", window.slide(input.shape(), Math.toIntExact(layer.getNOut())));
        operations.add(new Operation.Convolution(
                input,
                output,
                window,
                depthwise ? depthwiseWeights(weights) : place(weights, weights.shape(), weights.stride()),
                layer.hasBias() ? vector(parameter(name, "b")) : null));
        return activate(name, layer.getActivationFn(), output);
    }

    private static Window window(
            ConvolutionMode mode, int[] kernel, int[] stride, int[] padding, int[] dilation, TensorShape input) {
        return new Window(
                Window.Axis.of(mode, kernel, stride, padding, dilation, 0, input.height()),
                Window.Axis.of(mode, kernel, stride, padding, dilation, 1, input.width()));
    }

    /** Deeplearning4j's {@code [kH, kW, channels, multiplier]} as {@code [channels, multiplier, 1, kH, kW]}. */
    private Parameter depthwiseWeights(INDArray weights) {
        long[] shape = weights.shape();
        long[] strides = weights.stride();
        return place(weights, new long[] {shape[2], shape[3], 1, shape[0], shape[1]}, new long[] {
            strides[2], strides[3], 1, strides[0], strides[1]
        });
    }

    /** Deeplearning4j's {@code [C·H·W, outputs]} as {@code [outputs, C, H, W]}. */
    private Value dense(String name, FeedForwardLayer layer, boolean hasBias, Value input) {
        TensorShape shape = input.shape();
        INDArray weights = parameter(name, "W");
        if (weights.size(0) != (long) shape.channels() * shape.area()) {
            throw unsupported(name, "does not take all features of its input");
        }
        long feature = weights.stride(0);
        Parameter linear = place(
                weights,
                new long[] {layer.getNOut(), shape.channels(), shape.height(), shape.width()},
                new long[] {weights.stride(1), feature * shape.area(), feature * shape.width(), feature});
        Value output = new Value(name + "/linear", TensorShape.vector(Math.toIntExact(layer.getNOut())));
        operations.add(new Operation.Dense(input, output, linear, hasBias ? vector(parameter(name, "b")) : null));
        return output;
    }

    private Value normalize(String name, BatchNormalization layer, Value input) {
        if (layer.isLockGammaBeta() || !layer.isMinibatch() || layer.getCnn2DFormat() != CNN2DFormat.NCHW) {
            throw unsupported(name, "normalizes in an arrangement that is not known");
        }
        Parameter gamma = vector(parameter(name, "gamma"));
        Parameter beta = vector(parameter(name, "beta"));
        if (beta.offset() != gamma.offset() + gamma.length()) {
            throw unsupported(name, "keeps beta away from gamma");
        }
        Value output = new Value(name, input.shape());
        operations.add(new Operation.BatchNorm(
                name,
                input,
                output,
                new Parameter(gamma.offset(), new long[] {2, gamma.length()}, new long[] {gamma.length(), 1}),
                vector(parameter(name, "mean")),
                vector(parameter(name, layer.isUseLogStd() ? "log10stdev" : "var")),
                layer.isUseLogStd(),
                layer.getEps(),
                layer.getDecay(),
                false));
        return output;
    }

    private Value activate(String name, IActivation activation, Value input) {
        if (activation instanceof ActivationIdentity) {
            return input;
        }
        Function function = FUNCTIONS.get(activation);
        if (function == null) {
            throw unsupported(name, "has the activation function " + activation);
        }
        Value output = new Value(name, input.shape());
        operations.add(new Operation.Activation(input, output, function));
        return output;
    }

    private Value pool(String name, SubsamplingLayer layer, Value input) {
        Window window = window(
                layer.getConvolutionMode(),
                layer.getKernelSize(),
                layer.getStride(),
                layer.getPadding(),
                layer.getDilation(),
                input.shape());
        if (layer.getCnn2dDataFormat() != CNN2DFormat.NCHW
                || window.isDilated()
                || layer.getConvolutionMode() == ConvolutionMode.Causal) {
            throw unsupported(name, "pools in an arrangement that is not known");
        }
        return pool(name, layer.getPoolingType(), layer.isAvgPoolIncludePadInDivisor(), window, input);
    }

    private Value pool(String name, PoolingType type, boolean padded, Window window, Value input) {
        Kind kind =
                switch (type) {
                    case MAX -> Kind.MAX;
                    case AVG -> padded ? Kind.MEAN_WITH_PADDING : Kind.MEAN;
                    default -> throw unsupported(name, "pools by " + type);
                };
        Value output = new Value(name, window.slide(input.shape(), input.shape().channels()));
        operations.add(new Operation.Pooling(input, output, window, kind));
        return output;
    }

    private INDArray parameter(String layer, String key) {
        INDArray parameter = graph.getLayer(layer).getParam(key);
        if (parameter.dataType() != DataType.FLOAT) {
            throw unsupported(layer, "holds " + parameter.dataType());
        }
        return parameter;
    }

    private Parameter vector(INDArray parameter) {
        return place(parameter, new long[] {parameter.length()}, new long[] {1});
    }

    private Parameter place(INDArray parameter, long[] dimensions, long[] strides) {
        return new Parameter(parameter.offset() - graph.params().offset(), dimensions, strides);
    }

    private static boolean isEmpty(@Nullable List<?> list) {
        return list == null || list.isEmpty();
    }

    private static UnsupportedNetworkException unsupported(String layer, String why) {
        return new UnsupportedNetworkException("layer '" + layer + "' " + why);
    }
}
