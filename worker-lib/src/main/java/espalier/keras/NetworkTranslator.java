package espalier.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import espalier.keras.KerasLayer.Extent;
import espalier.network.TensorShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** Translates a Keras network layer by layer: what is not listed here is refused. */
final class NetworkTranslator {
    /** Most channels, and most features of a flattened image; the largest known networks have a hundredth of it. */
    private static final int LARGEST_VECTOR = 1 << 24;

    /** What a layer makes of what it reads. */
    private interface Rule {
        Features apply(KerasLayer layer, List<Features> inputs);
    }

    /** What a layer makes of the one thing that it reads. */
    private interface SingleRule {
        Features apply(KerasLayer layer, Features input);
    }

    private final KerasModel model;
    private final DataFormat format;
    private final GraphSketch sketch;
    private final SpatialLayers spatial;
    private final FeatureLayers features;
    private final Map<String, Rule> rules = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();

    NetworkTranslator(KerasModel model, KerasWeights weights) {
        this.model = model;
        format = DataFormat.of(model.layers());
        sketch = new GraphSketch(model.layers().stream().map(KerasLayer::name).toList());
        spatial = new SpatialLayers(sketch, weights);
        features = new FeatureLayers(sketch, weights, format);
        addRulesOfWeights();
        addRulesOfImages();
        addRulesOfFunctions();
        addRulesOfTraining();
        addRulesOfSeveralInputs();
    }

    private void addRulesOfWeights() {
        single("Conv2D", (layer, input) -> features.activate(layer, spatial.convolution(layer, input)));
        single("DepthwiseConv2D", (layer, input) -> features.activate(layer, spatial.depthwise(layer, input)));
        single("SeparableConv2D", (layer, input) -> features.activate(layer, spatial.separable(layer, input)));
        single("Dense", (layer, input) -> features.activate(layer, features.dense(layer, input)));
        single("BatchNormalization", features::batchNorm);
    }

    private void addRulesOfImages() {
        single("MaxPooling2D", (layer, input) -> spatial.pooling(layer, input, PoolingType.MAX));
        single("AveragePooling2D", (layer, input) -> spatial.pooling(layer, input, PoolingType.AVG));
        single("GlobalMaxPooling2D", (layer, input) -> spatial.globalPooling(layer, input, PoolingType.MAX));
        single("GlobalAveragePooling2D", (layer, input) -> spatial.globalPooling(layer, input, PoolingType.AVG));
        single("ZeroPadding2D", spatial::zeroPadding);
        single("Cropping2D", spatial::cropping);
        single("UpSampling2D", spatial::upsampling);
        single("Flatten", this::flatten);
        single("Reshape", this::reshape);
        single("Rescaling", this::rescaling);
    }

    private void addRulesOfFunctions() {
        single("Activation", (layer, input) -> features.activation(layer, input, Activations.inside(layer)));
        single("ReLU", (layer, input) -> features.activation(layer, input, Activations.relu(layer)));
        single("LeakyReLU", (layer, input) -> features.activation(layer, input, Activations.leakyRelu(layer)));
        single("ELU", (layer, input) -> features.activation(layer, input, Activations.elu(layer)));
        single(
                "ThresholdedReLU",
                (layer, input) -> features.activation(layer, input, Activations.thresholdedRelu(layer)));
        single("Softmax", (layer, input) -> features.activation(layer, input, new ActivationSoftmax()));
    }

    private void addRulesOfTraining() {
        single("Dropout", (layer, input) -> dropout(layer, input, new DropoutLayer(keepProbability(layer))));
        single(
                "SpatialDropout2D",
                (layer, input) -> dropout(layer, input, new DropoutLayer(new SpatialDropout(keepProbability(layer)))));
        for (String type : List.of("ActivityRegularization", "AlphaDropout", "GaussianDropout", "GaussianNoise")) {
            single(type, (layer, input) -> {
                notes.add("layer '%s' (%s) acts in training alone and is left out".formatted(layer.name(), type));
                return input;
            });
        }
    }

    private void addRulesOfSeveralInputs() {
        rules.put("Add", (layer, inputs) -> combine(layer, inputs, ElementWiseVertex.Op.Add));
        rules.put("Average", (layer, inputs) -> combine(layer, inputs, ElementWiseVertex.Op.Average));
        rules.put("Maximum", (layer, inputs) -> combine(layer, inputs, ElementWiseVertex.Op.Max));
        rules.put("Multiply", (layer, inputs) -> combine(layer, inputs, ElementWiseVertex.Op.Product));
        rules.put("Subtract", (layer, inputs) -> combine(layer, inputs, ElementWiseVertex.Op.Subtract));
        rules.put("Concatenate", this::concatenate);
    }

    private void single(String type, SingleRule rule) {
        rules.put(type, (layer, inputs) -> {
            if (inputs.size() != 1) {
                throw layer.refuse("reads " + layer.inputs() + "; it takes one input");
            }
            return rule.apply(layer, inputs.get(0));
        });
    }

    /** @throws IllegalArgumentException if a layer is not known, or cannot be what the file says */
    KerasNetwork translate() {
        List<KerasLayer> images = model.layers().stream()
                .filter(layer -> layer.type().equals("InputLayer"))
                .toList();
        if (images.size() != 1) {
            throw new IllegalArgumentException("it has " + images.size() + " inputs; one of images is read");
        }
        String input = images.get(0).name();
        TensorShape shape = format.inputShape(images.get(0));
        Map<String, Features> translated = new HashMap<>(Map.of(input, Features.image(input, shape)));
        for (KerasLayer layer : model.layers()) {
            if (!layer.name().equals(input)) {
                translated.put(layer.name(), translate(layer, translated));
            }
        }
        List<Features> outputs = model.outputs().stream()
                .map(output -> KerasModel.existing(translated, output))
                .toList();
        List<String> ends = new NetworkEnd(sketch, model.lossOfLogits(), notes).close(outputs);
        return new KerasNetwork(sketch.build(input, shape, ends), shape, notes);
    }

    private Features translate(KerasLayer layer, Map<String, Features> translated) {
        Rule rule = rules.get(layer.type());
        if (rule == null) {
            throw layer.refuse("is of a class that is not known; known are " + rules.keySet());
        }
        return rule.apply(
                layer,
                layer.inputs().stream()
                        .map(input -> KerasModel.existing(translated, input))
                        .toList());
    }

    private static double keepProbability(KerasLayer layer) {
        double rate = layer.number("rate", 0);
        if (!(rate >= 0 && rate < 1)) {
            throw layer.refuse("has rate " + rate + "; it must be in [0, 1)");
        }
        return 1 - rate;
    }

    private Features dropout(KerasLayer layer, Features input, DropoutLayer dropout) {
        return keepProbability(layer) == 1 ? input : input.at(sketch.add(layer.name(), dropout, input.vertex()));
    }

    private Features rescaling(KerasLayer layer, Features input) {
        String scaled = sketch.derivedName(layer.name(), "scale");
        sketch.add(scaled, new ScaleVertex(layer.number("scale", 1)), List.of(input.vertex()));
        return input.at(sketch.add(layer.name(), new ShiftVertex(layer.number("offset", 0)), List.of(scaled)));
    }

    /** Keras counts row by row, with the channels innermost; Deeplearning4j counts channel by channel. */
    private Features flatten(KerasLayer layer, Features input) {
        if (input.flat()) {
            return input;
        }
        TensorShape shape = input.shape();
        long size = (long) shape.channels() * shape.height() * shape.width();
        if (size > LARGEST_VECTOR) {
            throw layer.refuse("makes a vector of %,d features; at most %,d are read".formatted(size, LARGEST_VECTOR));
        }
        CnnToFeedForwardPreProcessor flatten =
                new CnnToFeedForwardPreProcessor(shape.height(), shape.width(), shape.channels());
        sketch.add(layer.name(), new PreprocessorVertex(flatten), List.of(input.vertex()));
        List<Integer> order = format.flattensChannelsInnermost(layer)
                ? IntStream.range(0, (int) size)
                        .map(i -> i % shape.area() * shape.channels() + i / shape.area())
                        .boxed()
                        .toList()
                : Features.natural((int) size);
        return new Features(layer.name(), TensorShape.vector((int) size), true, order);
    }

    /** A reshape that moves nothing: to the same shape, to a vector, or from a vector to one position. */
    private Features reshape(KerasLayer layer, Features input) {
        format.requireChannelsLast(layer);
        List<Integer> target = target(layer, input);
        if (target.equals(input.kerasShape())) {
            return input;
        }
        if (target.size() == 1) {
            return flatten(layer, input);
        }
        if (input.flat() && input.inKerasOrder() && target.equals(List.of(1, 1, input.channels()))) {
            return spatial.onePosition(layer.name(), input);
        }
        throw layer.refuse("makes %s of %s; a reshape to a vector, or of a vector to [1, 1, C], is read"
                .formatted(target, input.kerasShape()));
    }

    /** The shape with the extent that it leaves open. */
    private static List<Integer> target(KerasLayer layer, Features input) {
        List<Integer> target = new ArrayList<>();
        if (layer.get("target_shape") instanceof JsonArray array) {
            for (JsonElement extent : array) {
                target.add(extent.getAsInt());
            }
        }
        int size = input.channels() * input.shape().area();
        int known = target.stream().filter(extent -> extent >= 0).reduce(1, Math::multiplyExact);
        target.replaceAll(extent -> extent < 0 ? size / Math.max(1, known) : extent);
        if (target.stream().reduce(1, Math::multiplyExact) != size) {
            throw layer.refuse("makes " + target + " of " + input.kerasShape() + ", which has " + size + " numbers");
        }
        return target;
    }

    private Features combine(KerasLayer layer, List<Features> inputs, ElementWiseVertex.Op operation) {
        if (inputs.size() < 2) {
            throw layer.refuse("reads " + layer.inputs() + "; it takes two inputs or more");
        }
        Features largest = inputs.get(0);
        for (Features input : inputs) {
            largest = input.shape().area() > largest.shape().area() ? input : largest;
        }
        List<String> vertices = new ArrayList<>();
        for (Features input : inputs) {
            vertices.add(spread(layer, input, largest).vertex());
        }
        return largest.at(sketch.add(layer.name(), new ElementWiseVertex(operation), vertices));
    }

    /** The input as it is, or one position repeated over the whole image. */
    private Features spread(KerasLayer layer, Features input, Features whole) {
        boolean fits = input.flat() == whole.flat() && input.kerasOrder().equals(whole.kerasOrder());
        if (fits && input.shape().equals(whole.shape())) {
            return input;
        }
        if (fits && input.shape().area() == 1) {
            Extent times = new Extent(whole.shape().height(), whole.shape().width());
            return spatial.upsampling(sketch.derivedName(layer.name(), "repeat"), input, times);
        }
        throw layer.refuse(
                "combines %s and %s, in different orders or shapes".formatted(input.kerasShape(), whole.kerasShape()));
    }

    private Features concatenate(KerasLayer layer, List<Features> inputs) {
        Features first = inputs.isEmpty() ? null : inputs.get(0);
        if (first == null || inputs.size() < 2) {
            throw layer.refuse("reads " + layer.inputs() + "; it takes two inputs or more");
        }
        long channels = inputs.stream().mapToLong(Features::channels).sum();
        if (channels > LARGEST_VECTOR) {
            throw layer.refuse("joins %d channels; at most %d are joined".formatted(channels, LARGEST_VECTOR));
        }
        List<Integer> order = new ArrayList<>();
        for (Features input : inputs) {
            format.requireChannelAxis(layer, input);
            if (input.flat() != first.flat()
                    || input.shape().height() != first.shape().height()
                    || input.shape().width() != first.shape().width()) {
                throw layer.refuse("joins %s and %s; they must have one height and width"
                        .formatted(first.kerasShape(), input.kerasShape()));
            }
            int offset = order.size();
            input.kerasOrder().forEach(index -> order.add(offset + index));
        }
        sketch.add(
                layer.name(),
                new MergeVertex(),
                inputs.stream().map(Features::vertex).toList());
        TensorShape shape = new TensorShape(
                order.size(), first.shape().height(), first.shape().width());
        return new Features(layer.name(), shape, first.flat(), order);
    }
}
