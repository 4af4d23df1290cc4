package espalier.keras;

import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.WEIGHT_KEY;

import espalier.keras.KerasLayer.Extent;
import espalier.keras.KerasLayer.Margins;
import espalier.network.TensorShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Translates layers that see where something is in an image. */
final class SpatialLayers {
    private final GraphSketch sketch;
    private final KerasWeights weights;

    /** What global pooling layers read. */
    private final Map<String, Features> pooled = new HashMap<>();

    SpatialLayers(GraphSketch sketch, KerasWeights weights) {
        this.sketch = sketch;
        this.weights = weights;
    }

    /** Kernel {@code [kH, kW, in, out]}. */
    Features convolution(KerasLayer layer, Features input) {
        requireImage(layer, input);
        if (layer.integer("groups", 1) != 1) {
            throw layer.refuse("has " + layer.integer("groups") + " groups; 1 is read");
        }
        Window window = Window.of(layer, input);
        int filters = layer.positive("filters");
        long[] shape = {window.kernel().rows(), window.kernel().columns(), input.channels(), filters};
        return convolution(layer.name(), input, window, weights.read(layer, shapes(layer, filters, shape)));
    }

    /** Kernel {@code [kH, kW, in, multiplier]}. */
    Features depthwise(KerasLayer layer, Features input) {
        requireImage(layer, input);
        Window window = Window.ofDepthwise(layer, input);
        int multiplier = layer.positive("depth_multiplier", 1);
        int outputs = Math.multiplyExact(input.channels(), multiplier);
        long[] shape = {window.kernel().rows(), window.kernel().columns(), input.channels(), multiplier};
        return depthwise(layer.name(), input, window, weights.read(layer, shapes(layer, outputs, shape)));
    }

    /** A depthwise convolution, and one of 1x1 that has the bias. */
    Features separable(KerasLayer layer, Features input) {
        requireImage(layer, input);
        Window window = Window.ofDepthwise(layer, input);
        int multiplier = layer.positive("depth_multiplier", 1);
        int filters = layer.positive("filters");
        long[] depthwise = {window.kernel().rows(), window.kernel().columns(), input.channels(), multiplier};
        long[] pointwise = {1, 1, Math.multiplyExact(input.channels(), multiplier), filters};
        List<INDArray> arrays = weights.read(layer, shapes(layer, filters, depthwise, pointwise));
        String first = sketch.derivedName(layer.name(), "depthwise");
        Features middle = depthwise(first, input, window, arrays.subList(0, 1));
        return convolution(layer.name(), middle, Window.point(middle.shape()), arrays.subList(1, arrays.size()));
    }

    /** A kernel that slides over images. */
    private record Window(Extent kernel, Extent stride, Extent dilation, Placement placement) {
        static Window of(KerasLayer layer, Features input) {
            Extent kernel = layer.extent("kernel_size");
            Extent stride = layer.extent("strides", Extent.ONE);
            Extent dilation = layer.extent("dilation_rate", Extent.ONE);
            return new Window(kernel, stride, dilation, Placement.of(layer, input.shape(), kernel, stride, dilation));
        }

        /** The native library has no dilated depthwise convolution. */
        static Window ofDepthwise(KerasLayer layer, Features input) {
            Window window = of(layer, input);
            if (!window.dilation().equals(Extent.ONE)) {
                throw layer.refuse("has dilation_rate " + layer.get("dilation_rate") + "; 1 is read");
            }
            return window;
        }

        static Window point(TensorShape image) {
            return new Window(Extent.ONE, Extent.ONE, Extent.ONE, Placement.everywhere(image));
        }

        void applyTo(ConvolutionLayer.BaseConvBuilder<?> layer) {
            layer.setKernelSize(kernel.toArray());
            layer.setStride(stride.toArray());
            layer.setDilation(dilation.toArray());
            layer.setPadding(placement.padding());
            layer.convolutionMode(placement.mode());
            layer.setActivationFn(Activation.IDENTITY.getActivationFunction());
        }
    }

    /** @param arrays kernel, and bias if there is one */
    private Features convolution(String name, Features input, Window window, List<INDArray> arrays) {
        int filters = (int) arrays.get(0).size(3);
        ConvolutionLayer.Builder builder = new ConvolutionLayer.Builder()
                .nIn(input.channels())
                .nOut(filters)
                .hasBias(arrays.size() > 1);
        window.applyTo(builder);
        INDArray kernel = arrays.get(0).permute(3, 2, 0, 1);
        sketch.add(name, builder.build(), input.vertex(), parameters(kernel, arrays));
        return Features.image(name, window.placement().output(filters));
    }

    /** @param arrays kernel, and bias if there is one */
    private Features depthwise(String name, Features input, Window window, List<INDArray> arrays) {
        int multiplier = (int) arrays.get(0).size(3);
        int outputs = input.channels() * multiplier;
        DepthwiseConvolution2D.Builder builder = new DepthwiseConvolution2D.Builder()
                .nIn(input.channels())
                .nOut(outputs)
                .depthMultiplier(multiplier)
                .hasBias(arrays.size() > 1);
        window.applyTo(builder);
        sketch.add(name, builder.build(), input.vertex(), parameters(arrays.get(0), arrays));
        return Features.image(name, window.placement().output(outputs));
    }

    private static Map<String, INDArray> parameters(INDArray kernel, List<INDArray> arrays) {
        return arrays.size() > 1 ? Map.of(WEIGHT_KEY, kernel, BIAS_KEY, arrays.get(1)) : Map.of(WEIGHT_KEY, kernel);
    }

    private static List<long[]> shapes(KerasLayer layer, int outputs, long[]... kernels) {
        List<long[]> shapes = new ArrayList<>(List.of(kernels));
        if (layer.flag("use_bias", true)) {
            shapes.add(new long[] {outputs});
        }
        return shapes;
    }

    /** The largest or the mean of each window, of what lies inside the image. */
    Features pooling(KerasLayer layer, Features input, PoolingType type) {
        requireImage(layer, input);
        Extent kernel = layer.extent("pool_size");
        Extent stride = layer.extent("strides", kernel);
        Placement placement = Placement.of(layer, input.shape(), kernel, stride, Extent.ONE);
        SubsamplingLayer pooling = new SubsamplingLayer.Builder(type)
                .kernelSize(kernel.toArray())
                .stride(stride.toArray())
                .padding(placement.padding())
                .convolutionMode(placement.mode())
                .build();
        sketch.add(layer.name(), pooling, input.vertex());
        return Features.image(layer.name(), placement.output(input.channels()));
    }

    /** One number for each channel, as a vector or as an image of one position. */
    Features globalPooling(KerasLayer layer, Features input, PoolingType type) {
        requireImage(layer, input);
        if (layer.flag("keepdims", false)) {
            return onePosition(layer.name(), input, type);
        }
        pooled.put(layer.name(), input);
        sketch.add(layer.name(), new GlobalPoolingLayer(type), input.vertex());
        return Features.vector(layer.name(), input.channels());
    }

    /**
     * Images of one position, from a vector in the order of channels. If it comes of a global pooling, the images are pooled
     * without a vector in between, so that each channel stays one.
     */
    Features onePosition(String name, Features vector) {
        Features images = pooled.get(vector.vertex());
        if (images != null && sketch.layer(vector.vertex()) instanceof GlobalPoolingLayer pooling) {
            return onePosition(name, images, pooling.getPoolingType());
        }
        FeedForwardToCnnPreProcessor toImage = new FeedForwardToCnnPreProcessor(1, 1, vector.channels());
        sketch.add(name, new PreprocessorVertex(toImage), List.of(vector.vertex()));
        return Features.image(name, new TensorShape(vector.channels(), 1, 1));
    }

    private Features onePosition(String name, Features input, PoolingType type) {
        SubsamplingLayer pooling = new SubsamplingLayer.Builder(type)
                .kernelSize(input.shape().height(), input.shape().width())
                .stride(1, 1)
                .build();
        sketch.add(name, pooling, input.vertex());
        return Features.image(name, new TensorShape(input.channels(), 1, 1));
    }

    Features zeroPadding(KerasLayer layer, Features input) {
        requireImage(layer, input);
        Margins margins = margins(layer, "padding");
        ZeroPaddingLayer padding =
                new ZeroPaddingLayer.Builder(margins.top(), margins.bottom(), margins.left(), margins.right()).build();
        sketch.add(layer.name(), padding, input.vertex());
        return Features.image(
                layer.name(),
                new TensorShape(
                        input.channels(),
                        Math.addExact(input.shape().height(), Math.addExact(margins.top(), margins.bottom())),
                        Math.addExact(input.shape().width(), Math.addExact(margins.left(), margins.right()))));
    }

    Features cropping(KerasLayer layer, Features input) {
        requireImage(layer, input);
        Margins margins = margins(layer, "cropping");
        Cropping2D cropping =
                new Cropping2D.Builder(margins.top(), margins.bottom(), margins.left(), margins.right()).build();
        sketch.add(layer.name(), cropping, input.vertex());
        return Features.image(
                layer.name(),
                new TensorShape(
                        input.channels(),
                        input.shape().height() - margins.top() - margins.bottom(),
                        input.shape().width() - margins.left() - margins.right()));
    }

    private static Margins margins(KerasLayer layer, String key) {
        Margins margins = layer.margins(key);
        if (Math.min(Math.min(margins.top(), margins.bottom()), Math.min(margins.left(), margins.right())) < 0) {
            throw layer.refuse("has " + key + " " + layer.get(key) + "; it must be at least 0");
        }
        return margins;
    }

    /** Repeats rows and columns. */
    Features upsampling(KerasLayer layer, Features input) {
        requireImage(layer, input);
        String interpolation = layer.text("interpolation", "nearest");
        if (!interpolation.equals("nearest")) {
            throw layer.refuse("has interpolation '" + interpolation + "'; 'nearest' is read");
        }
        return upsampling(layer.name(), input, layer.extent("size", new Extent(2, 2)));
    }

    Features upsampling(String name, Features input, Extent times) {
        TensorShape output = new TensorShape(
                input.channels(),
                Math.multiplyExact(input.shape().height(), times.rows()),
                Math.multiplyExact(input.shape().width(), times.columns()));
        sketch.add(name, new Upsampling2D.Builder().size(times.toArray()).build(), input.vertex());
        return Features.image(name, output);
    }

    static void requireImage(KerasLayer layer, Features input) {
        if (input.flat()) {
            throw layer.refuse("reads a vector of " + input.channels() + " features; it needs images");
        }
    }
}
