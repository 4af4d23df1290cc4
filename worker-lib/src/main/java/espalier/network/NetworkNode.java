package espalier.network;

import java.util.List;

/**
 * One layer or vertex of a network.
 *
 * @param name unique in its network
 * @param spec what it does to channels
 * @param inputs names of the nodes that it reads, in order
 * @param output shape of its output for one example
 */
public record NetworkNode(String name, LayerSpec spec, List<String> inputs, TensorShape output) {
    public NetworkNode {
        inputs = List.copyOf(inputs);
        if (name.isBlank()) {
            throw new IllegalArgumentException("a node has a blank name; name every layer");
        }
        boolean isInput = spec instanceof LayerSpec.Input;
        if (isInput != inputs.isEmpty()) {
            throw new IllegalArgumentException("node '" + name + "' has " + inputs.size()
                    + " inputs; the network's input has none, any other node at least one");
        }
    }
}
