package espalier.train;

import espalier.dl4j.FastLayers;
import espalier.network.TensorShape;
import espalier.onednn.CompiledTraining;
import espalier.onednn.UnsupportedNetworkException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures batches in front of layers of batch normalization, which normalize by them: compiled where the graph can be compiled, layer by layer in
 * Deeplearning4j elsewhere.
 */
interface BatchMoments extends AutoCloseable {

    /** Calls {@code reader} for each layer. */
    void compute(BatchBuffer buffer, int size, CompiledTraining.StatisticsReader reader);

    @Override
    void close();

    /**
     * Chooses the way, once.
     *
     * @param shape of one image
     * @param batchSize images of every batch
     * @param layers names of the layers of batch normalization
     */
    static BatchMoments of(ComputationGraph graph, TensorShape shape, int batchSize, Set<String> layers) {
        try {
            return new Compiled(CompiledTraining.compileForward(graph, shape, batchSize));
        } catch (UnsupportedNetworkException e) {
            Layered.LOG.info("recalibration runs layer by layer: {}", e.getMessage());
            FastLayers.install(graph);
            return new Layered(graph, layers);
        }
    }

    /** The statistics that the primitives of batch normalization leave behind. */
    record Compiled(CompiledTraining training) implements BatchMoments {
        @Override
        public void compute(BatchBuffer buffer, int size, CompiledTraining.StatisticsReader reader) {
            training.measure(buffer.pixels(), reader);
        }

        @Override
        public void close() {
            training.close();
        }
    }

    /** Means over Deeplearning4j's activations. */
    record Layered(ComputationGraph graph, Set<String> layers) implements BatchMoments {
        private static final Logger LOG = LoggerFactory.getLogger(BatchMoments.class);

        /** Above this ratio of squared mean to variance, the mean of squares loses too many digits. */
        private static final double CANCELLATION = 100;

        @Override
        public void compute(BatchBuffer buffer, int size, CompiledTraining.StatisticsReader reader) {
            INDArray images = buffer.images(size);
            Map<String, INDArray> activations = graph.feedForward(new INDArray[] {images}, true, true);
            for (String layer : layers) {
                List<String> inputs = Objects.requireNonNull(
                        graph.getConfiguration().getVertexInputs().get(layer));
                read(layer, Objects.requireNonNull(activations.get(inputs.get(0))), reader);
            }
            activations.values().stream()
                    .filter(array -> array != images && array.closeable())
                    .forEach(INDArray::close);
        }

        private static void read(String layer, INDArray input, CompiledTraining.StatisticsReader reader) {
            int[] others = input.rank() == 2 ? new int[] {0} : new int[] {0, 2, 3};
            INDArray mean = input.mean(others);
            INDArray variance = input.mul(input).mean(others).subi(mean.mul(mean));
            if (mean.mul(mean).subi(variance.mul(CANCELLATION)).maxNumber().doubleValue() > 0) {
                variance = input.var(false, others);
            }
            reader.read(layer, mean.toFloatVector(), variance.toFloatVector());
        }

        @Override
        public void close() {}
    }
}
