package espalier.onnx;

import static espalier.onnx.TestModel.integer;
import static espalier.onnx.TestModel.integers;
import static espalier.onnx.TestModel.number;
import static espalier.onnx.TestModel.tensor;
import static espalier.onnx.TestModel.text;
import static org.assertj.core.api.Assertions.assertThat;

import espalier.dl4j.GraphReader;
import espalier.dl4j.NetworkFiles;
import espalier.network.TensorShape;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.TensorProto.DataType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Models as exporters write them: read, they say what ONNX Runtime says. */
class OnnxReaderTest {
    private static final int HEIGHT = 9;
    private static final int WIDTH = 8;

    private static TestModel model(int opset) {
        return TestModel.of(opset, 3, HEIGHT, WIDTH);
    }

    /** Reads a model whose last output is its logits, and compares. */
    private static OnnxNetwork same(byte[] bytes) {
        OnnxNetwork network = OnnxReader.read(bytes, "test.onnx");
        TensorShape shape = network.input();
        INDArray images = Logits.images(2, shape.channels(), shape.height(), shape.width());
        String output = TestOutputs.last(bytes);
        INDArray expected = OnnxRuntime.run(bytes, output, images);
        INDArray actual = Logits.of(network.graph(), images);
        Logits.assertEqual(actual, expected.reshape(actual.shape()));
        ComputationGraph restored = NetworkFiles.read(NetworkFiles.write(network.graph()), "network.zip");
        Logits.assertEqual(Logits.of(restored, images), actual);
        assertThat(GraphReader.read(network.graph().getConfiguration(), shape, name -> false)
                        .outputs())
                .hasSize(1);
        byte[] again = OnnxWriter.write(network.graph(), shape);
        Logits.assertEqual(OnnxRuntime.run(again, OnnxWriter.LOGITS, images), actual);
        return network;
    }

    private static OnnxNetwork activation(int opset, Function<TestModel, Function<String, String>> function) {
        TestModel model = model(opset);
        String x = model.convolution("image", 6, 3, 3);
        return same(model.classified(function.apply(model).apply(x), 6));
    }

    private static void pooling(String operator, AttributeProto... attributes) {
        activation(13, model -> x -> model.node(operator, List.of(x), attributes));
    }

    // ---- Convolutions.

    @Test
    void convolutionWithEveryAttribute() {
        TestModel model = model(13);
        String x = model.convolution(
                "image",
                5,
                3,
                3,
                integers("strides", 2, 1),
                integers("dilations", 1, 2),
                integers("pads", 1, 2, 1, 2),
                integers("kernel_shape", 3, 3),
                integer("group", 1));
        same(model.classified(x, 5));
    }

    @Test
    void asymmetricPaddingOfAConvolution() {
        TestModel model = model(11);
        same(model.classified(model.convolution("image", 5, 3, 3, integers("pads", 0, 1, 2, 1)), 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"})
    void automaticPadding(String mode) {
        TestModel model = model(13);
        String x = model.convolution("image", 4, 3, 4, text("auto_pad", mode), integers("strides", 2, 2));
        same(model.classified(x, 4));
    }

    @Test
    void depthwiseConvolutionWithMultiplier() {
        TestModel model = model(13);
        String x = model.convolution(
                "image", 6, 1, 3, integer("group", 3), integers("pads", 1, 1, 1, 1), integers("strides", 2, 2));
        OnnxNetwork network = same(model.classified(x, 6));
        assertThat(network.notes()).isEmpty();
    }

    @Test
    void groupedConvolutionIsWrittenAsOneAgain() {
        TestModel model = model(13);
        String x = model.convolution("image", 8, 3, 1);
        x = model.convolution(x, 12, 2, 3, integer("group", 4), integers("pads", 1, 1, 1, 1));
        OnnxNetwork network = same(model.classified(x, 12));
        assertThat(network.notes()).singleElement().asString().contains("4 groups");
        byte[] written = OnnxWriter.write(network.graph(), network.input());
        assertThat(TestOutputs.operators(written))
                .containsExactly("Conv", "Conv", "GlobalAveragePool", "Flatten", "Gemm", "Softmax");
    }

    @Test
    void layersAreNamedAfterTheirWeights() {
        TestModel model = model(13);
        model.tensor(model.named(DataType.FLOAT, 4, 3, 1, 1)
                .setName("features.0.weight")
                .addAllFloatData(Collections.nCopies(12, 0.5f)));
        String x = model.node("Conv", List.of("image", "features.0.weight"));
        OnnxNetwork network = OnnxReader.read(model.classified(x, 4), "test.onnx");
        assertThat(network.graph().getLayer("features.0")).isNotNull();
    }

    // ---- Batch normalization and constants.

    @Test
    void batchNormalization() {
        TestModel model = model(9);
        String x = model.convolution("image", 6, 3, 3);
        x = model.node(
                "BatchNormalization",
                List.of(x, model.random(6), model.random(6), model.random(6), model.between(0.5, 2, 6)),
                number("epsilon", 0.001f),
                number("momentum", 0.9f));
        same(model.classified(model.node("Relu", List.of(x)), 6));
    }

    @Test
    void constantsGoIntoTheConvolutionBefore() {
        TestModel model = model(13);
        String x = model.node("Conv", List.of("image", model.random(6, 3, 3, 3)));
        x = model.node("Mul", List.of(x, model.random(6, 1, 1)));
        x = model.node("Add", List.of(model.random(1, 6, 1, 1), x));
        x = model.node("Sub", List.of(x, model.number(0.3f)));
        x = model.node("Div", List.of(x, model.number(0.7f)));
        OnnxNetwork network = same(model.classified(x, 6));
        assertThat(network.graph().getNumLayers()).isEqualTo(3);
        assertThat(network.notes()).isEmpty();
    }

    @Test
    void normalizationOfTheImage() {
        TestModel model = model(13);
        String x = model.node("Sub", List.of("image", model.random(1, 3, 1, 1)));
        x = model.node("Div", List.of(x, model.between(0.2, 0.3, 1, 3, 1, 1)));
        OnnxNetwork network = same(model.classified(model.convolution(x, 6, 3, 3, integers("pads", 1, 1, 1, 1)), 6));
        assertThat(network.notes()).singleElement().asString().contains("depthwise 1x1");
    }

    @Test
    void scalarArithmeticBetweenLayers() {
        TestModel model = model(13);
        String x = model.node("Relu", List.of(model.convolution("image", 6, 3, 3)));
        x = model.node("Mul", List.of(x, model.number(1.5f)));
        x = model.node("Sub", List.of(model.number(2), x));
        same(model.classified(model.node("Neg", List.of(x)), 6));
    }

    @Test
    void constantsOfFeatures() {
        TestModel model = model(13);
        String x = model.node("Flatten", List.of(model.convolution("image", 6, 3, 3)));
        x = model.node("MatMul", List.of(x, model.random(6 * 7 * 6, 5)));
        x = model.node("Relu", List.of(model.node("Add", List.of(x, model.random(5)))));
        x = model.node("Relu", List.of(model.node("Mul", List.of(x, model.random(1, 5)))));
        x = model.node("Add", List.of(model.node("Mul", List.of(x, model.random(1, 5))), model.random(5)));
        x = model.node("MatMul", List.of(x, model.random(5, 4)));
        OnnxNetwork network = same(model.ended(model.node("Add", List.of(x, model.random(4)))));
        assertThat(network.notes()).singleElement().asString().contains("batch normalization");
    }

    // ---- Activations.

    @ParameterizedTest
    @ValueSource(
            strings = {"Relu", "Sigmoid", "Tanh", "Selu", "Softplus", "Softsign", "LeakyRelu", "Elu", "HardSigmoid"})
    void plainActivation(String operator) {
        activation(14, model -> x -> model.node(operator, List.of(x)));
    }

    @Test
    void hardSwish() {
        activation(14, model -> x -> model.node("HardSwish", List.of(x)));
    }

    @Test
    void activationsWithParameters() {
        activation(13, model -> x -> {
            String y = model.node("LeakyRelu", List.of(x), number("alpha", 0.2f));
            y = model.node("Elu", List.of(y), number("alpha", 0.5f));
            y = model.node("PRelu", List.of(y, model.floats(new float[] {0.3f}, 1, 1, 1)));
            return model.node("HardSigmoid", List.of(y), number("alpha", 0.3f), number("beta", 0.4f));
        });
    }

    @Test
    void swish() {
        activation(13, model -> x -> model.node("Mul", List.of(x, model.node("Sigmoid", List.of(x)))));
    }

    @Test
    void clipWithBoundsAsAttributes() {
        activation(10, model -> x -> model.node("Clip", List.of(x), number("min", 0), number("max", 6)));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.5", "-0.2, 0.3", "-1, 1", "-0.1, 3.4028235e38", "-3.4028235e38, 0.1", "0, 3.4028235e38"})
    void clipWithBoundsAsInputs(float least, float most) {
        activation(13, model -> x -> {
            String low = model.tensor(model.named(DataType.FLOAT).addFloatData(least));
            String high = model.node(
                    "Constant",
                    List.of(),
                    tensor(
                            "value",
                            model.named(DataType.FLOAT).addFloatData(most).build()));
            return model.node("Clip", List.of(x, low, high));
        });
    }

    @Test
    void clipWithOneBound() {
        activation(
                13,
                model -> x -> model.node(
                        "Clip",
                        List.of(x, "", model.tensor(model.named(DataType.FLOAT).addFloatData(0.2f)))));
    }

    // ---- Pooling.

    @Test
    void maximumPooling() {
        pooling(
                "MaxPool",
                integers("kernel_shape", 3, 3),
                integers("strides", 2, 2),
                integers("pads", 1, 1, 1, 1),
                integer("ceil_mode", 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void averagePoolingWithPadding(int countPadding) {
        pooling(
                "AveragePool",
                integers("kernel_shape", 3, 2),
                integers("strides", 2, 2),
                integers("pads", 1, 1, 1, 1),
                integer("count_include_pad", countPadding));
    }

    @Test
    void poolingRoundedUpBehindRelu() {
        activation(
                13,
                model -> x -> model.node(
                        "MaxPool",
                        List.of(model.node("Relu", List.of(x))),
                        integers("kernel_shape", 2, 2),
                        integers("strides", 2, 2),
                        integer("ceil_mode", 1)));
    }

    @Test
    void poolingOfNegativeValuesRoundedUp() {
        // Of the extents 7 and 6 one is cut off: padding at the end alone, as in mode Same.
        pooling("MaxPool", integers("kernel_shape", 2, 2), integers("strides", 2, 2), integer("ceil_mode", 1));
    }

    @Test
    void averagePoolingWithAsymmetricPadding() {
        pooling(
                "AveragePool",
                integers("kernel_shape", 3, 3),
                integers("pads", 0, 1, 2, 0),
                integer("count_include_pad", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GlobalMaxPool", "GlobalAveragePool"})
    void globalPoolingAndConvolutionsAtTheEnd(String operator) {
        TestModel model = model(13);
        String x = model.node("Relu", List.of(model.convolution("image", 6, 3, 3)));
        x = model.node(operator, List.of(model.convolution(x, 4, 6, 1)));
        OnnxNetwork network = same(model.ended(model.node("Flatten", List.of(x))));
        assertThat(network.classes()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 18})
    void meanOverHeightAndWidth(int opset) {
        TestModel model = model(opset);
        String x = model.convolution("image", 6, 3, 3);
        x = opset < 18
                ? model.node("ReduceMean", List.of(x), integers("axes", -1, -2), integer("keepdims", 0))
                : model.node("ReduceMean", List.of(x, model.integers(2, 3)), integer("keepdims", 0));
        same(model.ended(model.node("Gemm", List.of(x, model.random(6, 4)), number("alpha", 0.5f))));
    }

    // ---- Joins.

    @Test
    void residualSumAndConcatenation() {
        TestModel model = model(13);
        String x = model.convolution("image", 6, 3, 3, integers("pads", 1, 1, 1, 1));
        String y = model.convolution(x, 6, 6, 3, integers("pads", 1, 1, 1, 1));
        String sum = model.node("Relu", List.of(model.node("Add", List.of(x, y))));
        String joined = model.node("Concat", List.of(sum, y, sum), integer("axis", 1));
        String three = model.node("Sum", List.of(joined, joined, joined));
        same(model.classified(model.node("Max", List.of(three, joined)), 18));
    }

    @Test
    void squeezeAndExcitation() {
        TestModel model = model(13);
        String x = model.node("Relu", List.of(model.convolution("image", 6, 3, 3)));
        String gate = model.convolution(model.node("GlobalAveragePool", List.of(x)), 2, 6, 1);
        gate = model.convolution(model.node("Relu", List.of(gate)), 6, 2, 1);
        same(model.classified(model.node("Mul", List.of(model.node("HardSigmoid", List.of(gate)), x)), 6));
    }

    @Test
    void squeezeAndExcitationByDenseLayers() {
        TestModel model = model(13);
        String x = model.node("Relu", List.of(model.convolution("image", 6, 3, 3)));
        String gate = model.node("Flatten", List.of(model.node("GlobalAveragePool", List.of(x))));
        gate = model.node("Sigmoid", List.of(model.node("Gemm", List.of(gate, model.random(6, 6)))));
        gate = model.node("Unsqueeze", List.of(gate, model.integers(2, 3)));
        same(model.classified(model.node("Mul", List.of(x, gate)), 6));
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 13})
    void splitOfChannels(int opset) {
        TestModel model = model(opset);
        String x = model.convolution("image", 6, 3, 3);
        List<String> parts = opset < 13
                ? model.node("Split", List.of(x), 2, integer("axis", 1), integers("split", 2, 4))
                : model.node("Split", List.of(x, model.integers(2, 4)), 2, integer("axis", 1));
        List<String> halves = model.node("Split", List.of(parts.get(1)), 2, integer("axis", 1));
        same(model.classified(model.node("Add", List.of(halves.get(1), parts.get(0))), 2));
    }

    @Test
    void sliceOfChannelsAndOfPositions() {
        TestModel model = model(13);
        String x = model.convolution("image", 6, 3, 3);
        x = model.node(
                "Slice", List.of(x, model.integers(1, 1), model.integers(-1, Long.MAX_VALUE), model.integers(1, 2)));
        x = model.node(
                "Slice", List.of(x, model.integers(1), model.integers(6), model.integers(-1), model.integers(2)));
        same(model.classified(x, 4));
    }

    @Test
    void sliceOfOpset9() {
        TestModel model = model(9);
        String x = model.convolution("image", 6, 3, 3);
        same(model.classified(
                model.node("Slice", List.of(x), integers("starts", 2), integers("ends", 5), integers("axes", 1)), 3));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shortcutOfEverySecondPositionAndZeroChannels(boolean twoSlices) {
        TestModel model = model(13);
        String x = model.node("Relu", List.of(model.convolution("image", 4, 3, 3, integers("pads", 1, 1, 1, 1))));
        String y = model.convolution(x, 8, 4, 3, integers("pads", 1, 1, 1, 1), integers("strides", 2, 2));
        String sampled = twoSlices
                ? everySecond(model, everySecond(model, x, 2), 3)
                : model.node(
                        "Slice",
                        List.of(
                                x,
                                model.integers(0, 0),
                                model.integers(Long.MAX_VALUE, Long.MAX_VALUE),
                                model.integers(2, 3),
                                model.integers(2, 2)));
        String padded = model.node("Pad", List.of(sampled, pytorchPads(model, 0, 0, 0, 0, 2, 2), model.number(0)));
        OnnxNetwork network = same(model.classified(model.node("Add", List.of(y, padded)), 8));
        assertThat(network.notes()).isEmpty();
        // The shortcut's zeros are channels of the branch: pruning one side prunes the other.
        assertThat(GraphReader.read(network.graph().getConfiguration(), network.input(), name -> false).nodes().stream()
                        .filter(node -> node.name().contains("Pad"))
                        .count())
                .isEqualTo(5);
    }

    private static String everySecond(TestModel model, String x, int axis) {
        return model.node(
                "Slice",
                List.of(x, model.integers(0), model.integers(Long.MAX_VALUE), model.integers(axis), model.integers(2)));
    }

    /** Padding as PyTorch writes it: last axis first, then turned round by a chain of operators on constants. */
    private static String pytorchPads(TestModel model, long... lastAxisFirst) {
        String given = model.integers(lastAxisFirst);
        String missing = model.node(
                "ConstantOfShape",
                List.of(model.integers(8 - lastAxisFirst.length)),
                tensor("value", model.named(DataType.INT64, 1).addInt64Data(0).build()));
        String all = model.node("Concat", List.of(given, missing), integer("axis", 0));
        String pairs = model.node("Reshape", List.of(all, model.integers(-1, 2)));
        String turned = model.node(
                "Slice",
                List.of(
                        pairs,
                        model.integers(-1),
                        model.integers(Long.MIN_VALUE + 1),
                        model.integers(0),
                        model.integers(-1)));
        String columns = model.node("Transpose", List.of(turned), integers("perm", 1, 0));
        String flat = model.node("Reshape", List.of(columns, model.integers(-1)));
        return model.node("Cast", List.of(flat), integer("to", DataType.INT64_VALUE));
    }

    @Test
    void zeroChannelsWithoutASum() {
        TestModel model = model(10);
        String x = model.convolution("image", 4, 3, 3);
        String padded = model.node("Pad", List.of(x), integers("pads", 0, 1, 0, 0, 0, 6, 0, 0));
        OnnxNetwork network = same(model.classified(model.convolution(padded, 5, 11, 3), 5));
        assertThat(network.notes()).singleElement().asString().contains("no sum follows");
    }

    @Test
    void paddingGoesIntoTheConvolution() {
        TestModel model = model(10);
        String padded = model.node("Pad", List.of("image"), integers("pads", 0, 0, 1, 2, 0, 0, 1, 2));
        OnnxNetwork network = same(model.classified(model.convolution(padded, 5, 3, 3), 5));
        assertThat(network.graph().getNumLayers()).isEqualTo(3);
    }

    @Test
    void nearestNeighbourResizing() {
        activation(
                13,
                model -> x -> model.node(
                        "Resize",
                        List.of(x, "", model.floats(new float[] {1, 1, 2, 3}, 4)),
                        text("mode", "nearest"),
                        text("coordinate_transformation_mode", "asymmetric"),
                        text("nearest_mode", "floor")));
    }

    // ---- Shapes.

    @Test
    void viewBySizeOfTheBatch() {
        TestModel model = model(13);
        String x = model.convolution("image", 6, 3, 3);
        String batch =
                model.node("Gather", List.of(model.node("Shape", List.of(x)), model.index(0)), integer("axis", 0));
        String shape = model.node(
                "Concat",
                List.of(model.node("Unsqueeze", List.of(batch, model.integers(0))), model.integers(-1)),
                integer("axis", 0));
        String flat = model.node("Reshape", List.of(x, shape));
        same(model.ended(
                model.node("Gemm", List.of(flat, model.random(4, 6 * 7 * 6), model.random(4)), integer("transB", 1))));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1})
    void reshapeToVectors(long first) {
        TestModel model = model(13);
        String x = model.node("GlobalAveragePool", List.of(model.convolution("image", 6, 3, 3)));
        String flat = model.node("Reshape", List.of(x, model.integers(first, 6)));
        byte[] bytes = model.ended(model.node("Gemm", List.of(flat, model.random(6, 4))));
        if (first == 1) {
            assertThat(OnnxReader.read(bytes, "test.onnx").classes()).isEqualTo(4);
        } else {
            same(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 13})
    void squeezeAfterPooling(int opset) {
        TestModel model = model(opset);
        String x = model.node("GlobalAveragePool", List.of(model.convolution("image", 6, 3, 3)));
        x = opset < 13
                ? model.node("Squeeze", List.of(x), integers("axes", 2, 3))
                : model.node("Squeeze", List.of(x, model.integers(-1, -2)));
        same(model.ended(model.node("Gemm", List.of(x, model.random(6, 4), model.random(1)))));
    }

    @Test
    void imagesWithChannelsLast() {
        TestModel model = TestModel.of(13, HEIGHT, WIDTH, 3);
        String x = model.node("Transpose", List.of("image"), integers("perm", 0, 3, 1, 2));
        x = model.node("GlobalAveragePool", List.of(model.convolution(x, 6, 3, 3)));
        x = model.node("Transpose", List.of(x), integers("perm", 0, 2, 3, 1));
        x = model.node("Reshape", List.of(x, model.integers(-1, 6)));
        byte[] bytes = model.ended(model.node("MatMul", List.of(x, model.random(6, 4))));
        OnnxNetwork network = OnnxReader.read(bytes, "test.onnx");
        assertThat(network.input()).isEqualTo(new TensorShape(3, HEIGHT, WIDTH));
        assertThat(network.notes()).singleElement().asString().contains("[channels, height, width]");
        INDArray images = Logits.images(2, 3, HEIGHT, WIDTH);
        Logits.assertEqual(
                Logits.of(network.graph(), images),
                OnnxRuntime.run(bytes, TestOutputs.last(bytes), images.permute(0, 2, 3, 1)));
    }

    @Test
    void whatDoesNothingInInferenceIsLeftOut() {
        TestModel model = model(13);
        String x = model.node("Identity", List.of(model.convolution("image", 6, 3, 3)));
        x = model.node("Dropout", List.of(x, model.number(0.5f)));
        x = model.node("Cast", List.of(x), integer("to", DataType.FLOAT_VALUE));
        OnnxNetwork network = same(model.classified(x, 6));
        assertThat(network.graph().getNumLayers()).isEqualTo(3);
    }

    // ---- Ends.

    @ParameterizedTest
    @ValueSource(strings = {"Softmax", "LogSoftmax"})
    void softmaxAtTheEndIsPartOfTheOutputLayer(String operator) {
        TestModel model = model(13);
        String x = model.node(
                "Flatten", List.of(model.node("GlobalAveragePool", List.of(model.convolution("image", 6, 3, 3)))));
        String logits = model.node("Gemm", List.of(x, model.random(6, 4)));
        String softmax = model.node(operator, List.of(logits), integer("axis", 1));
        same(model.ended(softmax, logits));
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 12, 13, 17, 18, 21})
    void everyOpset(int opset) {
        TestModel model = model(opset);
        String x = model.node("Relu", List.of(model.convolution("image", 6, 3, 3)));
        x = model.node("MaxPool", List.of(x), integers("kernel_shape", 2, 2), integers("strides", 2, 2));
        x = model.node("AveragePool", List.of(x), integers("kernel_shape", 2, 2));
        same(model.classified(x, 6));
    }
}
