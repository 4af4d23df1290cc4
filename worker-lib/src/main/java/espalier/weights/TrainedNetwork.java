package espalier.weights;

import espalier.dl4j.GraphReader;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A trained network as a value that many threads prune at once.
 *
 * @param configuration of the unpruned graph; clone before a change
 * @param graph its nodes and channel groups
 * @param weights its trained parameters
 */
public record TrainedNetwork(ComputationGraphConfiguration configuration, NetworkGraph graph, NetworkWeights weights) {

    /**
     * Takes a copy of a trained graph.
     *
     * @param input shape of one example
     * @param frozen names of producing layers whose channels must all stay
     */
    public static TrainedNetwork of(ComputationGraph trained, TensorShape input, Predicate<String> frozen) {
        ComputationGraphConfiguration configuration = trained.getConfiguration().clone();
        return new TrainedNetwork(
                configuration, GraphReader.read(configuration, input, frozen), NetworkWeights.copyOf(trained));
    }
}
