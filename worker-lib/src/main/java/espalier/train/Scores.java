package espalier.train;

import espalier.dl4j.FastLayers;
import espalier.network.TensorShape;
import espalier.onednn.CompiledInference;
import espalier.onednn.UnsupportedNetworkException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Scores images by class: compiled where the graph can be compiled, layer by layer in Deeplearning4j elsewhere. */
interface Scores extends AutoCloseable {

    /**
     * One score for each class, the larger the more probable, {@code [N, classes]}.
     *
     * @param size number of images N, from the first on
     */
    float[] compute(BatchBuffer buffer, int size);

    @Override
    void close();

    /**
     * Chooses the way, once; the graph's parameters must stay as they are.
     *
     * @param shape of one image
     */
    static Scores of(ComputationGraph graph, TensorShape shape) {
        try {
            return new Compiled(CompiledInference.compile(graph, shape, Compiled.BATCH));
        } catch (UnsupportedNetworkException e) {
            Layered.LOG.info("evaluation runs layer by layer: {}", e.getMessage());
            FastLayers.install(graph);
            return new Layered(graph);
        }
    }

    /** Logits, with batch normalization folded into the convolutions. */
    record Compiled(CompiledInference inference) implements Scores {
        /** Images that pass through together: few, so that what one layer writes is still in the cache for the next. */
        private static final int BATCH = 16;

        @Override
        public float[] compute(BatchBuffer buffer, int size) {
            return inference.logits(buffer.pixels(), size);
        }

        @Override
        public void close() {
            inference.close();
        }
    }

    /** Deeplearning4j's probabilities. */
    record Layered(ComputationGraph graph) implements Scores {
        private static final Logger LOG = LoggerFactory.getLogger(Scores.class);

        @Override
        public float[] compute(BatchBuffer buffer, int size) {
            return graph.output(false, buffer.images(size))[0].dup('c').data().asFloat();
        }

        @Override
        public void close() {}
    }
}
