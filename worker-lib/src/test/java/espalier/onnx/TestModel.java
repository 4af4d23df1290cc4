package espalier.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/** An ONNX model, node by node, as exporters write them. Nodes return the name of their first output. */
final class TestModel {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    private final SplittableRandom random = new SplittableRandom(5);
    private final int opset;
    private int names;

    private TestModel(int opset) {
        this.opset = opset;
    }

    /** A model whose image input is 'image'; the batch is symbolic. */
    static TestModel of(int opset, int... image) {
        TestModel model = new TestModel(opset);
        model.input("image", -1, image);
        return model;
    }

    void input(String name, int batch, int... dims) {
        graph.addInput(value(name, batch, dims));
    }

    private static ValueInfoProto value(String name, int batch, int... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        if (batch < 0) {
            shape.addDimBuilder().setDimParam("N");
        } else {
            shape.addDimBuilder().setDimValue(batch);
        }
        Arrays.stream(dims).forEach(extent -> shape.addDimBuilder().setDimValue(extent));
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(DataType.FLOAT_VALUE)
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    // ---- Weights.

    /** Random weights of -0.5 to 0.5. */
    String random(int... dims) {
        return between(-0.5, 0.5, dims);
    }

    String between(double from, double to, int... dims) {
        float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(from, to);
        }
        return floats(values, dims);
    }

    String floats(float[] values, int... dims) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor(named(DataType.FLOAT, dims).setRawData(ByteString.copyFrom(raw)));
    }

    String number(float value) {
        return floats(new float[] {value});
    }

    String integers(long... values) {
        TensorProto.Builder tensor = named(DataType.INT64, values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        return tensor(tensor);
    }

    String index(long value) {
        return tensor(named(DataType.INT64).addInt64Data(value));
    }

    String tensor(TensorProto.Builder tensor) {
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    TensorProto.Builder named(DataType type, int... dims) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName("weights" + names++).setDataType(type.getNumber());
        Arrays.stream(dims).forEach(tensor::addDims);
        return tensor;
    }

    // ---- Nodes.

    String node(String type, List<String> inputs, AttributeProto... attributes) {
        return node(type, inputs, 1, attributes).get(0);
    }

    List<String> node(String type, List<String> inputs, int outputs, AttributeProto... attributes) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(type)
                .setName(type + "_" + names++)
                .addAllInput(inputs)
                .addAllAttribute(List.of(attributes));
        List<String> made = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            made.add("value" + names++);
        }
        graph.addNode(node.addAllOutput(made));
        return made;
    }

    String convolution(String input, int outputs, int inputs, int kernel, AttributeProto... attributes) {
        return node("Conv", List.of(input, random(outputs, inputs, kernel, kernel), random(outputs)), attributes);
    }

    /** Global mean, flatten and a dense layer of 4 classes. */
    byte[] classified(String features, int channels) {
        String pooled = node("GlobalAveragePool", List.of(features));
        String flat = node("Flatten", List.of(pooled));
        return ended(node("Gemm", List.of(flat, random(4, channels), random(4)), integer("transB", 1)));
    }

    byte[] ended(String... outputs) {
        for (String output : outputs) {
            graph.addOutput(ValueInfoProto.newBuilder()
                    .setName(output)
                    .setType(TypeProto.newBuilder()
                            .setTensorType(TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT_VALUE))));
        }
        return model().toByteArray();
    }

    ModelProto model() {
        return ModelProto.newBuilder()
                .setIrVersion(7)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph)
                .build();
    }

    GraphProto.Builder graph() {
        return graph;
    }

    // ---- Attributes.

    static AttributeProto integer(String name, long value) {
        return ModelBuilder.attribute(name, value);
    }

    static AttributeProto number(String name, float value) {
        return ModelBuilder.attribute(name, value);
    }

    static AttributeProto text(String name, String value) {
        return ModelBuilder.attribute(name, value);
    }

    static AttributeProto integers(String name, int... values) {
        return ModelBuilder.attribute(name, values);
    }

    static AttributeProto tensor(String name, TensorProto value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.TENSOR)
                .setT(value)
                .build();
    }
}
