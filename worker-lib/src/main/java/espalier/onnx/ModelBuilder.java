package espalier.onnx;

import espalier.network.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

/** An ONNX model that grows node by node. The same calls give the same bytes. */
final class ModelBuilder {
    /** Of 2020: every runtime reads it. */
    static final int OPSET = 13;

    private static final int IR_VERSION = 7;
    private static final String BATCH = "batch";

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Set<String> weights = new HashSet<>();
    private long bytes;

    ModelBuilder(String name) {
        graph.setName(name);
    }

    /** An image input, [batch, C, H, W]. */
    void input(String name, TensorShape shape) {
        graph.addInput(floats(name, shape.channels(), shape.height(), shape.width()));
    }

    /** An output, [batch, features]. */
    void output(String name, int features) {
        graph.addOutput(floats(name, features));
    }

    private static ValueInfoProto floats(String name, int... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDimBuilder().setDimParam(BATCH);
        for (int extent : dims) {
            shape.addDimBuilder().setDimValue(extent);
        }
        TypeProto.Tensor tensor = TypeProto.Tensor.newBuilder()
                .setElemType(DataType.FLOAT_VALUE)
                .setShape(shape)
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /** A node of one output; returns the output's name. */
    String node(String type, String name, String output, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(type)
                .setName(name)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(List.of(attributes)));
        return output;
    }

    /**
     * A tensor of floats; returns its name.
     *
     * @throws IllegalArgumentException if the model outgrows the 2 GB that the format allows
     */
    String weights(String name, float[] values, int... dims) {
        ByteBuffer raw = raw(values.length, Float.BYTES);
        FloatBuffer floats = raw.asFloatBuffer();
        floats.put(values);
        return tensor(name, DataType.FLOAT, raw, dims);
    }

    /** A vector of integers; returns its name. */
    String integers(String name, long... values) {
        ByteBuffer raw = raw(values.length, Long.BYTES);
        raw.asLongBuffer().put(values);
        return tensor(name, DataType.INT64, raw, values.length);
    }

    private ByteBuffer raw(int length, int size) {
        bytes += (long) length * size;
        if (bytes > Integer.MAX_VALUE - (1 << 20)) {
            throw new IllegalArgumentException(
                    "the network has more than 2 GB of weights, which one ONNX file cannot hold; export a smaller one");
        }
        return ByteBuffer.allocate(length * size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String tensor(String name, DataType type, ByteBuffer raw, int... dims) {
        if (!weights.add(name)) {
            throw new IllegalStateException("two tensors are named '" + name + "'");
        }
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(raw));
        for (int extent : dims) {
            tensor.addDims(extent);
        }
        graph.addInitializer(tensor);
        return name;
    }

    static AttributeProto attribute(String name, int... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
        for (int value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto attribute(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    byte[] build() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("espalier")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }
}
