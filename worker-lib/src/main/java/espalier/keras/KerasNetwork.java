package espalier.keras;

import espalier.network.TensorShape;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A network that Keras has saved.
 *
 * @param graph of Deeplearning4j's own layers, channels first: images are {@code [N, C, H, W]}
 * @param input shape of one image
 * @param notes what is not as in the file, one sentence each
 */
public record KerasNetwork(ComputationGraph graph, TensorShape input, List<String> notes) {
    public KerasNetwork {
        notes = List.copyOf(notes);
    }
}
