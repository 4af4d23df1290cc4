package espalier.keras;

import espalier.network.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Translates layers that see the features of a position, wherever in an image it is. */
final class FeatureLayers {
    private final GraphSketch sketch;
    private final KerasWeights weights;
    private final DataFormat format;

    FeatureLayers(GraphSketch sketch, KerasWeights weights, DataFormat format) {
        this.sketch = sketch;
        this.weights = weights;
        this.format = format;
    }

    /** Kernel {@code [in, out]}; at every position of an image it is a convolution of 1x1. */
    Features dense(KerasLayer layer, Features input) {
        int units = layer.positive("units");
        List<long[]> shapes = new ArrayList<>();
        shapes.add(new long[] {input.channels(), units});
        if (layer.flag("use_bias", true)) {
            shapes.add(new long[] {units});
        }
        List<INDArray> arrays = weights.read(layer, shapes);
        boolean bias = arrays.size() > 1;
        INDArray kernel = input.flat()
                ? rows(arrays.get(0), input)
                : arrays.get(0).transpose().reshape(units, input.channels(), 1, 1);
        Map<String, INDArray> parameters = bias
                ? Map.of(DefaultParamInitializer.WEIGHT_KEY, kernel, DefaultParamInitializer.BIAS_KEY, arrays.get(1))
                : Map.of(DefaultParamInitializer.WEIGHT_KEY, kernel);
        if (input.flat()) {
            DenseLayer dense = new DenseLayer.Builder()
                    .nIn(input.channels())
                    .nOut(units)
                    .hasBias(bias)
                    .activation(Activation.IDENTITY)
                    .build();
            sketch.add(layer.name(), dense, input.vertex(), parameters);
            return Features.vector(layer.name(), units);
        }
        format.requireChannelsLast(layer);
        ConvolutionLayer convolution = new ConvolutionLayer.Builder(1, 1)
                .nIn(input.channels())
                .nOut(units)
                .hasBias(bias)
                .activation(Activation.IDENTITY)
                .build();
        sketch.add(layer.name(), convolution, input.vertex(), parameters);
        return Features.image(
                layer.name(),
                new TensorShape(units, input.shape().height(), input.shape().width()));
    }

    private static INDArray rows(INDArray array, Features input) {
        return input.inKerasOrder()
                ? array
                : Nd4j.pullRows(
                        array, 1, input.kerasOrder().stream().mapToInt(i -> i).toArray());
    }

    /** Where Keras has no scale or no shift, the scale is 1 and the shift is 0. */
    Features batchNorm(KerasLayer layer, Features input) {
        format.requireChannelAxis(layer, input);
        boolean scale = layer.flag("scale", true);
        boolean center = layer.flag("center", true);
        int count = 2 + (scale ? 1 : 0) + (center ? 1 : 0);
        long[] shape = {input.channels()};
        List<INDArray> arrays = new ArrayList<>(weights.read(
                layer, IntStream.range(0, count).mapToObj(i -> shape).toList()));
        if (!scale) {
            arrays.add(0, Nd4j.ones(shape));
        }
        if (!center) {
            arrays.add(1, Nd4j.zeros(shape));
        }
        List<INDArray> ordered = arrays.stream()
                .map(array -> rows(array.reshape(input.channels(), 1), input).reshape(1, input.channels()))
                .toList();
        BatchNormalization normalization = new BatchNormalization.Builder()
                .nIn(input.channels())
                .nOut(input.channels())
                .decay(layer.number("momentum", 0.99))
                .eps(layer.number("epsilon", 1e-3))
                .useLogStd(false)
                .build();
        Map<String, INDArray> parameters = Map.of(
                BatchNormalizationParamInitializer.GAMMA, ordered.get(0),
                BatchNormalizationParamInitializer.BETA, ordered.get(1),
                BatchNormalizationParamInitializer.GLOBAL_MEAN, ordered.get(2),
                BatchNormalizationParamInitializer.GLOBAL_VAR, ordered.get(3));
        return input.at(sketch.add(layer.name(), normalization, input.vertex(), parameters));
    }

    /** The function that a layer has besides, as a layer of its own. */
    Features activate(KerasLayer layer, Features input) {
        IActivation function = Activations.inside(layer);
        return function instanceof ActivationIdentity
                ? input
                : activation(sketch.derivedName(layer.name(), "activation"), layer, input, function);
    }

    Features activation(KerasLayer layer, Features input, IActivation function) {
        return function instanceof ActivationIdentity ? input : activation(layer.name(), layer, input, function);
    }

    private Features activation(String name, KerasLayer layer, Features input, IActivation function) {
        if (function instanceof ActivationSoftmax) {
            requireVector(layer, input);
        }
        return input.at(sketch.add(name, new ActivationLayer(function), input.vertex()));
    }

    private static void requireVector(KerasLayer layer, Features input) {
        int axis = layer.type().equals("Softmax") ? layer.integer("axis", -1) : -1;
        if (!input.flat() || (axis != -1 && axis != 1)) {
            throw layer.refuse("is a softmax over axis " + axis + " of " + input.kerasShape()
                    + "; a softmax over a vector is read");
        }
    }
}
