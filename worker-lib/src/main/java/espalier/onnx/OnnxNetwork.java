package espalier.onnx;

import espalier.network.TensorShape;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A network that was read from an ONNX file.
 *
 * @param graph of standard Deeplearning4j layers, with the file's weights; ends with softmax and cross-entropy
 * @param input shape of one image
 * @param classes number of classes
 * @param notes what a user should know about how the file was understood, one line each
 */
public record OnnxNetwork(ComputationGraph graph, TensorShape input, int classes, List<String> notes) {
    public OnnxNetwork {
        notes = List.copyOf(notes);
    }
}
