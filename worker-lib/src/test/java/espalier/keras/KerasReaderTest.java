package espalier.keras;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.importance.RandomImportance;
import espalier.keras.KerasNetworkWriter.Node;
import espalier.keras.KerasReference.Window;
import espalier.network.ChannelGroup;
import espalier.network.LayerSpec;
import espalier.network.NetworkNode;
import espalier.network.TensorShape;
import espalier.prune.ChannelRanking;
import espalier.prune.FilterPruner;
import espalier.prune.RemovalCheck;
import espalier.recipe.ChannelRecipe;
import espalier.weights.TrainedNetwork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class KerasReaderTest {
    private static final double TOLERANCE = 1e-5;
    private static final int HEIGHT = 8;
    private static final int WIDTH = 7;
    private static final int CHANNELS = 3;
    private static final Window STEP = new Window(3, 3, 1, 1, true);

    /** Part of a network, between its images and its classifier. */
    private interface Part extends BiFunction<KerasNetworkWriter, Node, Node> {}

    @ParameterizedTest
    @CsvSource({
        "3, 1, same",
        "3, 1, valid",
        "3, 2, same",
        "3, 2, valid",
        "5, 2, same",
        "1, 1, same",
        "1, 2, same",
        "2, 1, same",
        "2, 2, same",
        "4, 3, same",
        "3, 3, same",
        "4, 1, same"
    })
    void convolutionDepthwiseAndPoolingPlaceTheirWindowsAsKerasDoes(int kernel, int stride, String padding) {
        Window window = new Window(kernel, kernel, stride, 1, padding.equals("same"));
        assertSameAsKeras((keras, images) -> keras.convolution("conv", images, 5, window, true, "linear"));
        assertSameAsKeras((keras, images) -> keras.depthwise("depthwise", images, window, 1, true, "linear"));
        assertSameAsKeras((keras, images) -> keras.pool("MaxPooling2D", "max", images, window));
        assertSameAsKeras((keras, images) -> keras.pool("AveragePooling2D", "mean", images, window));
    }

    @Test
    void kernelsNeedNotBeSquare() {
        Window window = new Window(3, 2, 2, 1, true);
        assertSameAsKeras((keras, images) -> keras.convolution("conv", images, 5, window, false, "relu"));
        assertSameAsKeras((keras, images) -> keras.depthwise("depthwise", images, window, 2, false, "relu"));
        assertSameAsKeras((keras, images) -> keras.pool("AveragePooling2D", "mean", images, window));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dilatedKernelsSeeAsFarAsInKeras(boolean same) {
        Window window = new Window(3, 3, 1, 2, same);
        assertSameAsKeras((keras, images) -> keras.convolution("conv", images, 4, window, true, "linear"));
    }

    @Test
    void depthwiseMultipliesChannelsInKerasOrder() {
        assertSameAsKeras((keras, images) -> keras.depthwise("depthwise", images, STEP, 3, true, "relu6"));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, true", "2, 1, false", "1, 2, true", "2, 2, true"})
    void separableConvolutionIsItsTwoConvolutions(int multiplier, int stride, boolean bias) {
        Window window = new Window(3, 3, stride, 1, true);
        ComputationGraph graph = assertSameAsKeras(
                (keras, images) -> keras.separable("separable", images, 5, window, multiplier, bias, "relu"));
        assertThat(graph.getConfiguration().getVertices()).containsKeys("separable_depthwise", "separable");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void batchNormalizationMayLackScaleOrShift(boolean scale, boolean center) {
        ComputationGraph graph = assertSameAsKeras((keras, images) -> keras.batchNorm("norm", images, scale, center));
        BatchNormalization norm =
                (BatchNormalization) graph.getLayer("norm").conf().getLayer();
        assertThat(norm.getEps()).isEqualTo(1e-3);
        assertThat(norm.getDecay()).isEqualTo(0.95);
        assertThat(graph.getLayer("norm").paramTable()).containsOnlyKeys("gamma", "beta", "mean", "var");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "linear",
                "relu",
                "relu6",
                "sigmoid",
                "tanh",
                "swish",
                "hard_sigmoid",
                "elu",
                "selu",
                "softplus",
                "softsign"
            })
    void activationsInsideOfLayersAndAloneAreTheSame(String function) {
        ComputationGraph graph = assertSameAsKeras((keras, images) -> keras.activation(
                "alone", keras.convolution("conv", images, 4, 3, 1, "same", true, function), function));
        if (!function.equals("linear")) {
            assertThat(graph.getLayer("conv_activation").conf().getLayer()).isInstanceOf(ActivationLayer.class);
        }
    }

    @Test
    void activationLayersHaveTheirSettings() {
        assertMaps("ReLU", "", x -> Math.max(x, 0));
        assertMaps("ReLU", "'max_value': 6.0, 'negative_slope': 0.0", x -> Math.min(Math.max(x, 0), 6));
        assertMaps("ReLU", "'max_value': 1", x -> Math.min(Math.max(x, 0), 1));
        assertMaps("ReLU", "'max_value': null, 'threshold': 0.5", x -> x > 0.5 ? x : 0);
        assertMaps("ReLU", "'negative_slope': 0.2", x -> x > 0 ? x : 0.2 * x);
        assertMaps("LeakyReLU", "'alpha': 0.1", x -> x > 0 ? x : 0.1 * x);
        assertMaps("LeakyReLU", "", x -> x > 0 ? x : 0.3 * x);
        assertMaps("ELU", "'alpha': 0.7", x -> x > 0 ? x : 0.7 * (Math.exp(x) - 1));
        assertMaps("ThresholdedReLU", "'theta': 0.4", x -> x > 0.4 ? x : 0);
        assertMaps("Rescaling", "'scale': 0.25, 'offset': -1.5", x -> 0.25 * x - 1.5);
        assertMaps("Dropout", "'rate': 0.3", x -> x);
        assertMaps("Dropout", "'rate': 0.0", x -> x);
        assertMaps("SpatialDropout2D", "'rate': 0.3", x -> x);
    }

    private static void assertMaps(String type, String settings, DoubleUnaryOperator function) {
        assertSameAsKeras((keras, images) -> keras.map(type, "layer", images, settings, function));
    }

    @Test
    void paddingCroppingAndUpsamplingKeepTheirSides() {
        assertSameAsKeras((keras, images) -> keras.layer(
                "ZeroPadding2D",
                "pad",
                "'padding': [[1, 2], [3, 0]]",
                KerasReference.shift(images.value(), 1, 3, HEIGHT + 3, WIDTH + 3),
                images));
        assertSameAsKeras((keras, images) -> keras.layer(
                "ZeroPadding2D",
                "pad",
                "'padding': 2",
                KerasReference.shift(images.value(), 2, 2, HEIGHT + 4, WIDTH + 4),
                images));
        assertSameAsKeras((keras, images) -> keras.layer(
                "Cropping2D",
                "crop",
                "'cropping': [[1, 2], [0, 3]]",
                KerasReference.shift(images.value(), -1, 0, HEIGHT - 3, WIDTH - 3),
                images));
        assertSameAsKeras((keras, images) -> keras.layer(
                "UpSampling2D",
                "up",
                "'size': [2, 3], 'interpolation': 'nearest'",
                KerasReference.upsample(images.value(), 2, 3),
                images));
    }

    @Test
    void globalPoolingGivesAVector() {
        assertSameAsKeras((keras, images) -> keras.globalAverage("mean", images));
        assertSameAsKeras((keras, images) ->
                keras.layer("GlobalMaxPooling2D", "max", "", KerasReference.globalMax(images.value()), images));
    }

    @Test
    void layersOfSeveralInputsAreElementByElement() {
        assertCombines("Add", Double::sum);
        assertCombines("Subtract", (left, right) -> left - right);
        assertCombines("Multiply", (left, right) -> left * right);
        assertCombines("Average", (left, right) -> (left + right) / 2);
        assertCombines("Maximum", Math::max);
    }

    private static void assertCombines(String type, KerasReference.Combination combination) {
        assertSameAsKeras((keras, images) -> keras.combine(
                type,
                "both",
                combination,
                keras.convolution("left", images, 4, 3, 1, "same", true, "linear"),
                keras.convolution("right", images, 4, 1, 1, "same", true, "linear")));
    }

    @Test
    void concatenationIsAlongTheChannels() {
        assertSameAsKeras((keras, images) ->
                keras.concatenate("both", keras.convolution("conv", images, 4, 3, 1, "same", true, "relu"), images));
    }

    @Test
    void flattenedImagesKeepTheirPlaceThroughWhatReadsThem() {
        assertSameAsKeras((keras, images) -> {
            Node flat = keras.flatten("flat", images);
            Node other = keras.globalAverage("mean", images);
            Node norm = keras.batchNorm("norm", keras.map("Dropout", "drop", flat, "'rate': 0.5", x -> x), true, true);
            Node sum = keras.combine("Add", "sum", Double::sum, norm, flat);
            return keras.dense("dense", keras.concatenate("both", other, sum, flat), 6, true, "tanh");
        });
    }

    @Test
    void reshapeToAVectorIsAFlatten() {
        assertSameAsKeras((keras, images) -> keras.reshape("flat", images, HEIGHT * WIDTH * CHANNELS));
        assertSameAsKeras((keras, images) ->
                keras.layer("Reshape", "flat", "'target_shape': [-1]", KerasReference.flatten(images.value()), images));
    }

    @Test
    void squeezeAndExciteScalesEachChannel() {
        ComputationGraph graph = assertSameAsKeras((keras, images) -> {
            Node wide = keras.convolution("wide", images, 6, 3, 1, "same", true, "relu");
            Node mean = keras.reshape("point", keras.globalAverage("mean", wide), 1, 1, 6);
            Node squeezed = keras.convolution("squeeze", mean, 2, 1, 1, "same", true, "relu");
            Node excited = keras.convolution("excite", squeezed, 6, 1, 1, "same", true, "sigmoid");
            return keras.combine("Multiply", "scale", (left, right) -> left * right, wide, excited);
        });
        TrainedNetwork network = TrainedNetwork.of(graph, new TensorShape(CHANNELS, HEIGHT, WIDTH), name -> false);
        assertThat(network.graph().prunableGroups())
                .extracting(ChannelGroup::width)
                .containsExactlyInAnyOrder(6, 2);
    }

    @Test
    void aDenseLayerOnImagesIsAConvolutionOfOnePosition() {
        assertSameAsKeras((keras, images) -> keras.dense("dense", images, 5, true, "relu"));
    }

    @Test
    void anImageWithoutChannelsHasOne() {
        KerasNetworkWriter keras = new KerasNetworkWriter().sequential();
        Tensor images = Tensor.random(new SplittableRandom(1), -1, 1, 2, 4, 5);
        Node input = keras.layer("InputLayer", "images", "'batch_input_shape': [null, 4, 5]", images);
        Node flat = keras.layer("Flatten", "flat", "", KerasReference.flatten(images), input);
        Node end = keras.dense("classes", flat, 3, true, "softmax");
        KerasNetwork network = KerasReader.read(keras.file(end), "chain.h5");
        assertThat(network.input()).isEqualTo(new TensorShape(1, 4, 5));
        Node whole = new Node("images", new Tensor(new int[] {2, 4, 5, 1}, images.values()));
        assertSame(network.graph().outputSingle(channelsFirst(whole.value())), end.value());
    }

    @Test
    void theInputOfAChainMayBeAtItsFirstLayer() {
        KerasNetworkWriter keras = new KerasNetworkWriter().sequential();
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        Node end = keras.dense("classes", keras.flatten("flat", images), 3, true, "softmax");
        String json = keras.modelConfiguration(end);
        String headless = json.replaceFirst("\\{\"class_name\": \"InputLayer\".*?\\}, (\"name\".*?\\}), ", "")
                .replace(
                        "\"name\": \"flat\", \"data",
                        "\"batch_input_shape\": [null, 8, 7, 3], \"name\": \"flat\", \"data");
        assertThat(headless).doesNotContain("InputLayer");
        KerasNetwork network = KerasReader.read(keras.fileOf(headless), "chain.h5");
        assertSame(network.graph().outputSingle(channelsFirst(images.value())), end.value());
    }

    @Test
    void channelsMayBeFirst() {
        KerasNetworkWriter keras = new KerasNetworkWriter();
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        Node conv = keras.convolution("conv", images, 4, 3, 2, "same", true, "relu");
        Node norm = keras.batchNorm("norm", conv, true, true);
        Node end = keras.dense("classes", keras.flatten("flat", norm), 3, true, "softmax");
        String configuration = keras.modelConfiguration(end)
                .replace("channels_last", "channels_first")
                .replace("[null, 8, 7, 3]", "[null, 3, 8, 7]")
                .replace("\"axis\": [3]", "\"axis\": [1]");
        KerasNetwork network = KerasReader.read(keras.fileOf(configuration), "first.h5");
        assertThat(network.input()).isEqualTo(new TensorShape(CHANNELS, HEIGHT, WIDTH));
        assertSame(network.graph().outputSingle(channelsFirst(images.value())), end.value());
    }

    @Test
    void theWordsOfKeras1AreRead() {
        KerasNetworkWriter keras = new KerasNetworkWriter().sequential().version("1.2.2");
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        Tensor kernel = Tensor.random(new SplittableRandom(2), -1, 1, 3, 2, CHANNELS, 4);
        Window window = new Window(3, 2, 2, 1, true);
        Tensor value = KerasReference.convolution(images.value(), kernel, window);
        Node conv = keras.layer(
                "Convolution2D",
                "conv",
                "'nb_filter': 4, 'nb_row': 3, 'nb_col': 2, 'subsample': [2, 2], 'border_mode': 'same', "
                        + "'dim_ordering': 'tf', 'bias': false, 'activation': 'relu'",
                KerasNetworkWriter.activation("relu", value),
                images);
        keras.weights("conv").put("conv_W", kernel);
        Node flat = keras.layer("Flatten", "flat", "", KerasReference.flatten(conv.value()), conv);
        Node drop = keras.layer("Dropout", "drop", "'p': 0.5", flat.value(), flat);
        Tensor matrix =
                Tensor.random(new SplittableRandom(3), -1, 1, flat.value().channels(), 3);
        Tensor scores = KerasReference.dense(flat.value(), matrix);
        Node end = keras.layer(
                "Dense",
                "classes",
                "'output_dim': 3, 'bias': false, 'activation': 'softmax'",
                KerasReference.softmax(scores),
                drop);
        keras.weights("classes").put("classes_W", matrix);
        String configuration = keras.modelConfiguration(end)
                .replace("{\"name\": \"chain\", \"layers\": [", "[")
                .replaceFirst("]}}$", "]}");
        KerasNetwork network = KerasReader.read(keras.fileOf(configuration), "old.h5");
        assertSame(network.graph().outputSingle(channelsFirst(images.value())), end.value());
    }

    @Test
    void theReferencesOfKeras3AreRead() {
        KerasNetworkWriter keras = new KerasNetworkWriter().version("3.3.3");
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        Node conv = keras.convolution("conv", images, CHANNELS, 3, 1, "same", true, "relu");
        Node sum = keras.combine("Add", "sum", Double::sum, images, conv);
        Node end = keras.dense("classes", keras.flatten("flat", sum), 3, true, "softmax");
        String configuration = keras.modelConfiguration(end)
                .replace("batch_input_shape", "batch_shape")
                .replace("\"output_layers\": [[\"classes\", 0, 0]]", "\"output_layers\": [\"classes\", 0, 0]")
                .replaceAll(
                        "\\[(\"\\w+\"), 0, 0, \\{\\}\\]",
                        "{\"class_name\": \"__keras_tensor__\", \"config\": {\"shape\": [null, 2, 2, 2], "
                                + "\"keras_history\": [$1, 0, 0]}}")
                .replace("\"inbound_nodes\": [[", "\"inbound_nodes\": [{\"kwargs\": {}, \"args\": [[")
                .replace("]}}]]}", "]}}]]}]}");
        KerasNetwork network = KerasReader.read(keras.fileOf(configuration), "new.h5");
        assertSame(network.graph().outputSingle(channelsFirst(images.value())), end.value());
    }

    @Test
    void whatIsReadCanBeTrained() {
        KerasNetworkWriter keras = new KerasNetworkWriter();
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        Node wide = keras.separable("wide", images, 6, new Window(3, 3, 2, 1, true), 1, true, "relu6");
        Node mean = keras.reshape("point", keras.globalAverage("mean", wide), 1, 1, 6);
        Node scale = keras.convolution("scale", mean, 6, 1, 1, "same", true, "sigmoid");
        Node scaled = keras.combine("Multiply", "scaled", (left, right) -> left * right, wide, scale);
        Node norm = keras.batchNorm("norm", keras.pool("AveragePooling2D", "pool", scaled, STEP), true, false);
        Node end = keras.dense("classes", keras.flatten("flat", norm), 2, true, "softmax");
        ComputationGraph graph = compare(keras, images, end).graph();
        DataSet batch = new DataSet(channelsFirst(images.value()), Nd4j.eye(2));
        double before = graph.score(batch);
        for (int step = 0; step < 20; step++) {
            graph.fit(batch);
        }
        assertThat(graph.score(batch)).isLessThan(before);
    }

    @Test
    void aSoftmaxOfItsOwnBelongsToTheClassifier() {
        for (String type : List.of("Activation", "Softmax")) {
            KerasNetworkWriter keras = new KerasNetworkWriter();
            Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
            Node dense = keras.dense("classes", keras.flatten("flat", images), 4, true, "linear");
            Node end = keras.layer(
                    type, "probabilities", "'activation': 'softmax'", KerasReference.softmax(dense.value()), dense);
            ComputationGraph graph = compare(keras, images, end).graph();
            assertThat(graph.getConfiguration().getNetworkOutputs()).containsExactly("classes");
            assertThat(graph.getOutputLayer(0).conf().getLayer()).isExactlyInstanceOf(OutputLayer.class);
        }
    }

    @Test
    void aConvolutionMayBeTheClassifier() {
        KerasNetworkWriter keras = new KerasNetworkWriter();
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        Node point = keras.reshape("point", keras.globalAverage("mean", images), 1, 1, CHANNELS);
        Node scores = keras.convolution("scores", point, 4, 1, 1, "same", true, "linear");
        Node end = keras.activation("classes", keras.reshape("vector", scores, 4), "softmax");
        ComputationGraph graph = compare(keras, images, end).graph();
        assertThat(graph.getOutputLayer(0).conf().getLayer()).isExactlyInstanceOf(LossLayer.class);
    }

    @Test
    void anEndWithoutSoftmaxGetsALossAndANote() {
        KerasNetworkWriter keras = new KerasNetworkWriter();
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        KerasNetwork network =
                compare(keras, images, keras.dense("values", keras.flatten("flat", images), 4, true, "linear"));
        assertThat(network.notes())
                .containsExactly("output 'values' has no softmax: its loss is the mean squared error");
        KerasNetworkWriter maps = new KerasNetworkWriter();
        Node input = maps.input(HEIGHT, WIDTH, CHANNELS);
        Layer loss = compare(maps, input, maps.convolution("map", input, 1, 1, 1, "same", true, "sigmoid"))
                .graph()
                .getOutputLayer(0)
                .conf()
                .getLayer();
        assertThat(loss).isInstanceOf(CnnLossLayer.class);
    }

    @Test
    void logitsGetTheSoftmaxOfTheirLoss() {
        KerasNetworkWriter keras = new KerasNetworkWriter()
                .trainingConfiguration("{'loss': {'class_name': 'SparseCategoricalCrossentropy', "
                        + "'config': {'from_logits': true}}, 'optimizer_config': {}}");
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        Node logits = keras.dense("classes", keras.flatten("flat", images), 4, true, "linear");
        KerasNetwork network = KerasReader.read(keras.file(logits), "logits.h5");
        assertSame(network.graph().outputSingle(channelsFirst(images.value())), KerasReference.softmax(logits.value()));
        assertThat(network.graph().getOutputLayer(0).conf().getLayer()).isExactlyInstanceOf(OutputLayer.class);
        assertThat(network.notes()).containsExactly("output 'classes' gets the softmax that its loss has taken");
    }

    @Test
    void anEndMayHaveSeveralOutputs() {
        KerasNetworkWriter keras = new KerasNetworkWriter();
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        Node features = keras.globalAverage("mean", keras.convolution("conv", images, 6, 3, 2, "same", true, "relu"));
        Node kind = keras.dense("kind", features, 4, true, "softmax");
        Node size = keras.dense("size", features, 2, false, "softmax");
        ComputationGraph graph =
                KerasReader.read(keras.file(kind, size), "two.h5").graph();
        INDArray[] outputs = graph.output(channelsFirst(images.value()));
        assertSame(outputs[0], kind.value());
        assertSame(outputs[1], size.value());
    }

    @Test
    void scoresAndTheirSoftmaxMayBothBeOutputs() {
        KerasNetworkWriter keras = new KerasNetworkWriter();
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        Node scores = keras.dense("scores", keras.flatten("flat", images), 4, true, "linear");
        Node classes = keras.activation("classes", scores, "softmax");
        ComputationGraph graph =
                KerasReader.read(keras.file(classes, scores), "both.h5").graph();
        INDArray[] outputs = graph.output(channelsFirst(images.value()));
        assertSame(outputs[0], classes.value());
        assertSame(outputs[1], scores.value());
    }

    @Test
    void layersThatOnlyTrainingNeedsAreLeftOutWithANote() {
        KerasNetworkWriter keras = new KerasNetworkWriter();
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        Node noisy = keras.map("GaussianNoise", "noise", images, "'stddev': 0.1", x -> x);
        KerasNetwork network =
                compare(keras, images, keras.dense("classes", keras.flatten("flat", noisy), 3, true, "softmax"));
        assertThat(network.notes())
                .containsExactly("layer 'noise' (GaussianNoise) acts in training alone and is left out");
    }

    @Test
    void aMobileNetworkIsReadRestoredAndPruned() throws IOException {
        KerasNetworkWriter keras = new KerasNetworkWriter();
        Node images = keras.input(12, 10, CHANNELS);
        Node stem = block(keras, "stem", keras.convolution("stem", images, 8, 3, 2, "same", false, "linear"), true);
        Node first = inverted(keras, "first", stem, 1, 8);
        Node sum = keras.combine("Add", "first_add", Double::sum, stem, first);
        Node second = inverted(keras, "second", sum, 2, 10);
        Node wide = keras.separable("wide", second, 6, STEP, 1, true, "relu");
        Node joined = keras.concatenate("joined", second, keras.pool("MaxPooling2D", "pool", second, STEP), wide);
        Node flat = keras.flatten("flat", keras.map("Dropout", "drop", joined, "'rate': 0.2", x -> x));
        Node end = keras.dense("classes", keras.dense("hidden", flat, 12, true, "relu"), 5, true, "softmax");

        KerasNetwork network = compare(keras, images, end);
        INDArray input = channelsFirst(images.value());
        assertSame(restored(network.graph()).outputSingle(input), end.value());
        assertThat(network.notes()).isEmpty();
        TrainedNetwork trained = TrainedNetwork.of(network.graph(), network.input(), name -> false);
        assertThat(trained.graph().nodes()).extracting(NetworkNode::spec).noneMatch(LayerSpec.Opaque.class::isInstance);
        // Three inverted blocks' wide channels, the stem with the sum, the second block, the separable, the dense
        // layer.
        assertThat(trained.graph().prunableGroups())
                .extracting(ChannelGroup::width)
                .containsExactlyInAnyOrder(8, 16, 16, 10, 6, 12);
        for (int seed = 0; seed < 5; seed++) {
            BitSet kept = someUnits(trained, seed);
            ComputationGraph narrow = FilterPruner.prune(trained, kept);
            RemovalCheck check = RemovalCheck.compare(network.graph(), trained.graph(), narrow, kept, input);
            assertThat(check.firstDifference()).isEmpty();
            assertThat(narrow.numParams()).isLessThan(network.graph().numParams());
        }
        BitSet all = new BitSet();
        all.set(
                0,
                trained.graph().groups().stream().mapToInt(ChannelGroup::width).sum());
        assertSame(FilterPruner.prune(trained, all).outputSingle(input), end.value());
    }

    private static Node inverted(KerasNetworkWriter keras, String name, Node input, int stride, int outputs) {
        Node wide = block(
                keras,
                name + "_expand",
                keras.convolution(name + "_expand", input, 16, 1, 1, "same", false, "linear"),
                true);
        Node depthwise =
                keras.depthwise(name + "_depthwise", wide, new Window(3, 3, stride, 1, true), 1, false, "linear");
        Node middle = block(keras, name + "_depthwise", depthwise, true);
        return block(
                keras,
                name + "_project",
                keras.convolution(name + "_project", middle, outputs, 1, 1, "same", false, "linear"),
                false);
    }

    private static Node block(KerasNetworkWriter keras, String name, Node input, boolean active) {
        Node norm = keras.batchNorm(name + "/norm", input, true, true);
        return active
                ? keras.map("ReLU", name + "/relu", norm, "'max_value': 6.0", x -> Math.min(Math.max(x, 0), 6))
                : norm;
    }

    private static ComputationGraph restored(ComputationGraph graph) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ModelSerializer.writeModel(graph, bytes, false);
        assertThat(graph.getConfiguration().toJson()).doesNotContain("modelimport", "espalier");
        return ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(bytes.toByteArray()));
    }

    private static BitSet someUnits(TrainedNetwork network, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ChannelRecipe recipe = new ChannelRecipe(network.graph().prunableGroups().stream()
                .map(group -> 1 + random.nextInt(group.width() - 1))
                .toList());
        return ChannelRanking.of(network, new RandomImportance(seed)).keptUnits(recipe);
    }

    /** Reads a network of the part and a classifier. */
    private static ComputationGraph assertSameAsKeras(Part part) {
        KerasNetworkWriter keras = new KerasNetworkWriter();
        Node images = keras.input(HEIGHT, WIDTH, CHANNELS);
        Node features = part.apply(keras, images);
        Node flat = features.value().shape().length == 2 ? features : keras.flatten("features", features);
        return compare(keras, images, keras.dense("classes", flat, 5, true, "softmax"))
                .graph();
    }

    private static KerasNetwork compare(KerasNetworkWriter keras, Node images, Node end) {
        KerasNetwork network = KerasReader.read(keras.file(end), "test.h5");
        assertSame(network.graph().outputSingle(channelsFirst(images.value())), end.value());
        return network;
    }

    private static void assertSame(INDArray actual, Tensor expected) {
        INDArray whole = expected.shape().length == 4 ? channelsFirst(expected) : array(expected);
        assertThat(actual.shape()).isEqualTo(whole.shape());
        assertThat(actual.sub(whole).amaxNumber().doubleValue()).isLessThan(TOLERANCE);
    }

    private static INDArray channelsFirst(Tensor images) {
        return array(images).permute(0, 3, 1, 2).dup('c');
    }

    private static INDArray array(Tensor tensor) {
        long[] shape = new long[tensor.shape().length];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = tensor.size(axis);
        }
        return Nd4j.create(tensor.values(), shape, 'c');
    }
}
