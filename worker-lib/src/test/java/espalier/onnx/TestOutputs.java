package espalier.onnx;

import java.util.List;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/** What an ONNX model holds, read without the reader under test. */
final class TestOutputs {
    private TestOutputs() {}

    /** Name of the last output. */
    static String last(byte[] model) {
        GraphProto graph = graph(model);
        return graph.getOutput(graph.getOutputCount() - 1).getName();
    }

    /** Types of the nodes. */
    static List<String> operators(byte[] model) {
        return graph(model).getNodeList().stream().map(NodeProto::getOpType).toList();
    }

    private static GraphProto graph(byte[] model) {
        try {
            return ModelProto.parseFrom(model).getGraph();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
