package espalier.train;

import espalier.dl4j.FastLayers;
import espalier.network.TensorShape;
import espalier.onednn.CompiledTraining;
import espalier.onednn.UnsupportedNetworkException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes loss and gradient of batches: compiled where the graph can be compiled, layer by layer in Deeplearning4j elsewhere. */
interface LossGradient extends AutoCloseable {

    /**
     * Leaves the gradient, summed over the batch, in the graph's vector of gradients.
     *
     * @param size images of the batch
     * @param smoothing of the labels
     * @return the mean cross-entropy of an image, in nats
     */
    double compute(BatchBuffer buffer, int size, double smoothing);

    @Override
    void close();

    /**
     * Chooses the way, once.
     *
     * @param shape of one image
     * @param batchSize images of every batch
     */
    static LossGradient of(ComputationGraph graph, TensorShape shape, int batchSize) {
        try {
            return new Compiled(CompiledTraining.compile(graph, shape, batchSize));
        } catch (UnsupportedNetworkException e) {
            Layered.LOG.info("training runs layer by layer: {}", e.getMessage());
            FastLayers.install(graph);
            return new Layered(graph);
        }
    }

    /** One list of primitives for the whole step. */
    record Compiled(CompiledTraining training) implements LossGradient {
        @Override
        public double compute(BatchBuffer buffer, int size, double smoothing) {
            return training.computeGradient(buffer.pixels(), buffer.probabilities(size, smoothing));
        }

        @Override
        public void close() {
            training.close();
        }
    }

    /** Deeplearning4j's own step. */
    record Layered(ComputationGraph graph) implements LossGradient {
        private static final Logger LOG = LoggerFactory.getLogger(LossGradient.class);

        @Override
        public double compute(BatchBuffer buffer, int size, double smoothing) {
            graph.setInputs(buffer.images(size));
            graph.setLabels(buffer.targets(size, smoothing));
            graph.computeGradientAndScore();
            return graph.score();
        }

        @Override
        public void close() {}
    }
}
