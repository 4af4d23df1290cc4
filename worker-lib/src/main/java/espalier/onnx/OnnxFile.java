package espalier.onnx;

import espalier.text.FirstLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * The message inside an ONNX file, checked as far as that goes without knowing operators.
 *
 * @param graph its nodes, weights, inputs and outputs
 * @param opset version of the operators' definitions
 */
record OnnxFile(GraphProto graph, int opset) {
    static final int FIRST_OPSET = 9;
    static final int LAST_OPSET = 21;

    private static final String DEFAULT_DOMAIN = "ai.onnx";

    /**
     * Parses a file.
     *
     * @throws IllegalArgumentException if the bytes are not an ONNX model, or one of an opset that is not supported
     */
    static OnnxFile parse(byte[] bytes) {
        ModelProto model;
        try {
            model = ModelProto.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "is not an ONNX model, or is truncated or damaged (%s)".formatted(FirstLine.of(e)));
        }
        if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
            throw new IllegalArgumentException("is not an ONNX model: it holds no graph");
        }
        return new OnnxFile(model.getGraph(), opset(model));
    }

    private static int opset(ModelProto model) {
        long opset = -1;
        for (OperatorSetIdProto imported : model.getOpsetImportList()) {
            if (isDefault(imported.getDomain())) {
                opset = imported.getVersion();
            }
        }
        if (opset < FIRST_OPSET || opset > LAST_OPSET) {
            throw new IllegalArgumentException("has opset %s; %d to %d are supported, so export it with one of these"
                    .formatted(opset < 0 ? "none" : Long.toString(opset), FIRST_OPSET, LAST_OPSET));
        }
        return (int) opset;
    }

    static boolean isDefault(String domain) {
        return domain.isEmpty() || domain.equals(DEFAULT_DOMAIN);
    }

    /** Weights by name. */
    Map<String, TensorProto> weights() {
        Map<String, TensorProto> weights = new HashMap<>();
        graph.getInitializerList().forEach(tensor -> weights.put(tensor.getName(), tensor));
        return weights;
    }

    /** The inputs that the file does not hold itself. */
    List<ValueInfoProto> inputs() {
        Set<String> held = weights().keySet();
        return graph.getInputList().stream()
                .filter(input -> !held.contains(input.getName()))
                .toList();
    }

    /** The nodes that the outputs depend on, in the file's order. */
    List<NodeProto> nodes() {
        Set<String> wanted = new HashSet<>();
        graph.getOutputList().forEach(output -> wanted.add(output.getName()));
        List<NodeProto> needed = new ArrayList<>();
        for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
            NodeProto node = graph.getNode(i);
            if (node.getOutputList().stream().anyMatch(wanted::contains)) {
                wanted.addAll(node.getInputList());
                needed.add(0, node);
            }
        }
        return needed;
    }
}
