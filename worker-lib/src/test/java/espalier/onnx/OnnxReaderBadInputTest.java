package espalier.onnx;

import static espalier.onnx.TestModel.integer;
import static espalier.onnx.TestModel.integers;
import static espalier.onnx.TestModel.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import onnx.Onnx.NodeProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataLocation;
import onnx.Onnx.TensorProto.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.shade.protobuf.ByteString;

/** What is wrong with a file is one line that names it. */
class OnnxReaderBadInputTest {
    private static final int DAMAGED_FILES = 400;

    private static TestModel model() {
        return TestModel.of(13, 3, 8, 8);
    }

    private static byte[] good() {
        TestModel model = model();
        String x = model.node("Relu", List.of(model.convolution("image", 4, 3, 3)));
        return model.classified(x, 4);
    }

    private static void refused(byte[] bytes, String... parts) {
        assertThatThrownBy(() -> OnnxReader.read(bytes, "test.onnx"))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .hasLineCount(1)
                .startsWith("'test.onnx' ")
                .contains(parts);
    }

    private static void operatorRefused(TestModel model, String output, String... parts) {
        refused(model.classified(output, 4), parts);
    }

    // ---- The file.

    @Test
    void missingFile(@TempDir Path folder) {
        assertThatThrownBy(() -> OnnxReader.read(folder.resolve("none.onnx")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none.onnx")
                .hasMessageContaining("cannot be read");
    }

    @Test
    void fileThatIsNoModel(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("notes.onnx"), "Some text that is no model at all.\n");
        assertThatThrownBy(() -> OnnxReader.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not an ONNX model");
    }

    @Test
    void emptyFile() {
        refused(new byte[0], "holds no graph");
    }

    @Test
    void zipFile() {
        refused("PK\u0003\u0004 and more".getBytes(StandardCharsets.ISO_8859_1), "is not an ONNX model");
    }

    @Test
    void truncatedFile() {
        byte[] whole = good();
        refused(Arrays.copyOf(whole, whole.length / 2), "truncated");
    }

    @Test
    void lengthOfGigabytes() {
        // Field 7, the graph, of 2^31 - 1 bytes that are not there.
        byte[] header = {0x3a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 0x0a, 0x00};
        refused(header, "truncated");
    }

    @Test
    void damagedFilesEndInOneLineOrInANetwork() {
        byte[] whole = good();
        SplittableRandom random = new SplittableRandom(7);
        int refusals = 0;
        for (int i = 0; i < DAMAGED_FILES; i++) {
            byte[] damaged = whole.clone();
            for (int change = 0; change < 3; change++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                OnnxReader.read(damaged, "test.onnx");
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).hasLineCount(1);
                refusals++;
            }
        }
        assertThat(refusals).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 22})
    void opsetThatIsNotSupported(int opset) {
        TestModel model = TestModel.of(opset, 3, 8, 8);
        refused(model.classified(model.convolution("image", 4, 3, 3), 4), "opset " + opset, "9 to 21");
    }

    // ---- Inputs and outputs.

    @Test
    void twoImages() {
        TestModel model = model();
        model.input("second", -1, 3, 8, 8);
        refused(model.classified(model.convolution("image", 4, 3, 3), 4), "2 inputs [image, second]");
    }

    @Test
    void inputThatIsNoImage() {
        TestModel model = TestModel.of(13, 12);
        refused(model.ended(model.node("Relu", List.of("image"))), "input 'image' of shape [N, 12]");
    }

    @Test
    void heightThatIsNotFixed() {
        TestModel model = TestModel.of(13, 3, 0, 8);
        refused(model.classified(model.convolution("image", 4, 3, 3), 4), "input 'image'", "fixed");
    }

    @Test
    void absurdImage() {
        TestModel model = TestModel.of(13, 1 << 20, 1 << 20, 1 << 20);
        refused(model.ended(model.node("Flatten", List.of("image"))), "shape [1048576, 1048576, 1048576]");
    }

    @Test
    void outputsOfDifferentAnswers() {
        TestModel model = model();
        String x = model.convolution("image", 4, 3, 8);
        refused(model.ended(x, model.node("Relu", List.of(x))), "2 outputs");
    }

    @Test
    void outputOfAnImage() {
        TestModel model = model();
        refused(model.ended(model.convolution("image", 4, 3, 3)), "output shape [4, 6, 6]");
    }

    @Test
    void oneClass() {
        TestModel model = model();
        refused(model.ended(model.convolution("image", 1, 3, 8)), "has 1 output");
    }

    @Test
    void sigmoidAtTheEnd() {
        TestModel model = model();
        refused(model.ended(model.node("Sigmoid", List.of(model.convolution("image", 4, 3, 8)))), "ends with Sigmoid");
    }

    // ---- Weights.

    private static void weightsRefused(Function<TestModel, TensorProto.Builder> weights, String reason) {
        TestModel model = model();
        operatorRefused(model, model.node("Conv", List.of("image", model.tensor(weights.apply(model)))), reason);
    }

    @Test
    void weightsInAnotherFile() {
        weightsRefused(
                model -> model.named(DataType.FLOAT, 4, 3, 3, 3)
                        .setDataLocation(DataLocation.EXTERNAL)
                        .addExternalData(StringStringEntryProto.newBuilder()
                                .setKey("location")
                                .setValue("../../weights.bin")),
                "another file");
    }

    @Test
    void weightsOfFewerValuesThanTheirShapeSays() {
        weightsRefused(
                model -> model.named(DataType.FLOAT, 4, 3, 3, 3).setRawData(ByteString.copyFrom(new byte[400])),
                "takes 432 bytes, but holds 400");
    }

    @Test
    void weightsOfAnAbsurdShape() {
        weightsRefused(
                model -> model.named(DataType.FLOAT, 1 << 30, 1 << 30, 1 << 30)
                        .setRawData(ByteString.copyFrom(new byte[4])),
                "which no tensor can have");
    }

    @Test
    void weightsOfHalfPrecision() {
        weightsRefused(
                model -> model.named(DataType.FLOAT16, 4, 3, 1, 1).setRawData(ByteString.copyFrom(new byte[24])),
                "FLOAT16");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void weightsThatAreNotFinite(float value) {
        TestModel model = model();
        float[] values = new float[12];
        values[7] = value;
        operatorRefused(
                model,
                model.node("Conv", List.of("image", model.floats(values, 4, 3, 1, 1))),
                "the value " + value + " at position 7");
    }

    @Test
    void weightsThatAreMissing() {
        TestModel model = model();
        operatorRefused(model, model.node("Conv", List.of("image", "gone")), "reads 'gone'");
    }

    @Test
    void weightsThatDoNotFitTheInput() {
        TestModel model = model();
        operatorRefused(model, model.convolution("image", 4, 5, 3), "[4, 5, 3, 3]", "3 channels");
    }

    @Test
    void biasThatDoesNotFit() {
        TestModel model = model();
        operatorRefused(
                model,
                model.node("Conv", List.of("image", model.random(4, 3, 3, 3), model.random(5))),
                "shape [5]; 4 values");
    }

    @Test
    void negativeVariance() {
        TestModel model = model();
        String norm = model.node(
                "BatchNormalization",
                List.of("image", model.random(3), model.random(3), model.random(3), model.between(-2, -1, 3)));
        operatorRefused(model, model.convolution(norm, 4, 3, 3), "variance");
    }

    @Test
    void weightsThatAreNotConstant() {
        TestModel model = model();
        operatorRefused(model, model.node("Conv", List.of("image", "image")), "reads 'image' where a constant");
    }

    @Test
    void denseLayerOfTheWrongWidth() {
        TestModel model = model();
        String flat = model.node("Flatten", List.of("image"));
        refused(model.ended(model.node("Gemm", List.of(flat, model.random(100, 4)))), "[100, 4]", "192 features");
    }

    // ---- Operators.

    @Test
    void operatorThatIsNotKnown() {
        TestModel model = model();
        operatorRefused(
                model,
                model.node("Einsum", List.of("image")),
                "operator Einsum",
                "opset 13",
                "node 'Einsum_",
                "supported are Add, AveragePool");
    }

    @Test
    void operatorOfAnotherDomain() {
        TestModel model = model();
        model.graph()
                .addNode(NodeProto.newBuilder()
                        .setOpType("Relu")
                        .setDomain("com.example")
                        .addInput("image")
                        .addOutput("theirs"));
        operatorRefused(model, "theirs", "com.example.Relu");
    }

    @Test
    void attributeThatIsNotKnown() {
        TestModel model = model();
        operatorRefused(model, model.convolution("image", 4, 3, 3, integer("mystery", 1)), "attribute 'mystery'");
    }

    @Test
    void attributeOfTheWrongType() {
        TestModel model = model();
        operatorRefused(model, model.convolution("image", 4, 3, 3, text("group", "1")), "'group'", "STRING");
    }

    @Test
    void strideOfZero() {
        TestModel model = model();
        operatorRefused(model, model.convolution("image", 4, 3, 3, integers("strides", 0, 1)), "strides [0, 1]");
    }

    @Test
    void paddingOfGigabytes() {
        TestModel model = model();
        operatorRefused(
                model,
                model.convolution("image", 4, 3, 3, integers("pads", 2_000_000_000, 0, 0, 0)),
                "pads [2000000000, 0, 0, 0]");
    }

    @Test
    void kernelLargerThanTheImage() {
        TestModel model = model();
        operatorRefused(model, model.convolution("image", 4, 3, 9), "output shape [4, 0, 0]");
    }

    @Test
    void constantOfGigabytes() {
        TestModel model = model();
        String huge = model.node("ConstantOfShape", List.of(model.integers(1 << 15, 1 << 15)));
        operatorRefused(model, model.node("Add", List.of("image", huge)), "more than");
    }

    @Test
    void constantsThatDoubleUntilTheyFillTheMemory() {
        TestModel model = model();
        String grown = model.random(1000);
        for (int i = 0; i < 40; i++) {
            grown = model.node("Concat", List.of(grown, grown), integer("axis", 0));
        }
        operatorRefused(model, model.node("Add", List.of("image", grown)), "operator Concat", "more than");
    }

    @Test
    void arithmeticOnTheBatchSize() {
        TestModel model = model();
        String batch = model.node("Gather", List.of(model.node("Shape", List.of("image")), model.index(0)));
        String twice = model.node("Mul", List.of(batch, model.index(2)));
        String shape = model.node(
                "Concat",
                List.of(model.node("Unsqueeze", List.of(twice, model.integers(0))), model.integers(-1)),
                integer("axis", 0));
        operatorRefused(model, model.node("Reshape", List.of("image", shape)), "batch size");
    }

    @Test
    void reshapeAcrossTheBatch() {
        TestModel model = model();
        operatorRefused(
                model, model.node("Reshape", List.of("image", model.integers(-1, 64))), "operator Reshape", "[-1, 64]");
    }

    @Test
    void channelShuffle() {
        TestModel model = model();
        String x = model.convolution("image", 4, 3, 1);
        x = model.node("Reshape", List.of(x, model.integers(-1, 2, 2, 8, 8)));
        x = model.node("Transpose", List.of(x), integers("perm", 0, 2, 1, 3, 4));
        operatorRefused(
                model,
                model.node("Reshape", List.of(x, model.integers(-1, 4, 8, 8))),
                "operator Transpose",
                "[0, 2, 1, 3, 4]");
    }

    @Test
    void softmaxInTheMiddle() {
        TestModel model = model();
        String x = model.node("Flatten", List.of("image"));
        x = model.node("Softmax", List.of(x));
        refused(model.ended(model.node("Gemm", List.of(x, model.random(192, 4)))), "Softmax", "at the end");
    }

    @Test
    void poolingWhoseLastWindowIsCutOff() {
        TestModel model = model();
        String x = model.node(
                "AveragePool",
                List.of(model.convolution("image", 4, 3, 2)),
                integers("kernel_shape", 2, 2),
                integers("strides", 2, 2),
                integer("ceil_mode", 1));
        operatorRefused(model, x, "operator AveragePool", "ceil_mode 1");
    }

    @Test
    void paddingThatIsReflected() {
        TestModel model = model();
        String x = model.node("Pad", List.of("image", model.integers(0, 0, 1, 1, 0, 0, 1, 1)), text("mode", "reflect"));
        operatorRefused(model, model.convolution(x, 4, 3, 3), "mode reflect");
    }

    @Test
    void sumOfShapesThatDoNotFit() {
        TestModel model = model();
        String x = model.convolution("image", 4, 3, 3);
        operatorRefused(model, model.node("Add", List.of(x, model.convolution(x, 4, 4, 3))), "[4, 6, 6]", "[4, 4, 4]");
    }

    @Test
    void constantOfAnotherShape() {
        TestModel model = model();
        operatorRefused(model, model.node("Mul", List.of("image", model.random(8))), "constant of shape [8]");
    }

    @Test
    void nameThatBreaksTheLine() {
        TestModel model = model();
        model.graph()
                .addNode(NodeProto.newBuilder()
                        .setOpType("Ein\nsum")
                        .setName("first\r\nsecond")
                        .addInput("image")
                        .addOutput("x"));
        operatorRefused(model, "x", "Ein sum", "first second");
    }

    @Test
    void twoValuesOfOneName() {
        TestModel model = model();
        for (int i = 0; i < 2; i++) {
            model.graph()
                    .addNode(NodeProto.newBuilder()
                            .setOpType("Relu")
                            .addInput("image")
                            .addOutput("x"));
        }
        refused(model.classified("x", 3), "two values of the name 'x'");
    }
}
