package espalier.train;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Decay of the weights of convolutions and dense layers; biases and batch normalization are left alone. */
public final class WeightDecay implements AutoCloseable {
    private final INDArray factors;
    private final INDArray work;

    /** @param decay share of a weight that its gradient grows by */
    public WeightDecay(ComputationGraph graph, double decay) {
        factors = factors(graph, decay);
        work = Nd4j.zeros(DataType.FLOAT, graph.numParams());
    }

    /** The decay of each parameter, {@code [N]}: 0 where there is none. */
    static INDArray factors(ComputationGraph graph, double decay) {
        INDArray factors = Nd4j.zeros(DataType.FLOAT, graph.numParams());
        for (Layer layer : graph.getLayers()) {
            INDArray weights = layer.paramTable().get("W");
            if (weights != null) {
                long from = weights.offset() - graph.params().offset();
                factors.get(NDArrayIndex.interval(from, from + weights.length()))
                        .assign(decay);
            }
        }
        return factors;
    }

    /**
     * Adds what decay is to the graph's gradient.
     *
     * @param batchSize images that the gradient sums over
     */
    public void addToGradient(ComputationGraph graph, int batchSize) {
        graph.params().reshape(graph.numParams()).mul(factors, work);
        graph.getFlattenedGradients().reshape(graph.numParams()).addi(work.muli(batchSize));
    }

    @Override
    public void close() {
        factors.close();
        work.close();
    }
}
