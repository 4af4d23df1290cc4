package espalier.train;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The weights of convolutions and dense layers that are zero in a masked network. Without a gradient they have no momentum and no decay either, and
 * stay zero exactly. That a weight which is not masked comes to be zero to the last bit is as good as impossible; it would stay so.
 */
public final class KeptZeros implements AutoCloseable {
    private final INDArray factors;

    /** Of a graph as it is now. */
    public KeptZeros(ComputationGraph graph) {
        factors = factors(graph);
    }

    /** For each parameter, {@code [N]}: 0 for a weight that is zero, else 1. */
    static INDArray factors(ComputationGraph graph) {
        INDArray factors = Nd4j.ones(DataType.FLOAT, graph.numParams());
        INDArray parameters = graph.params().reshape(graph.numParams());
        for (Layer layer : graph.getLayers()) {
            INDArray weights = layer.paramTable().get("W");
            if (weights != null) {
                long from = weights.offset() - graph.params().offset();
                INDArrayIndex range = NDArrayIndex.interval(from, from + weights.length());
                factors.get(range).assign(parameters.get(range).neq(0).castTo(DataType.FLOAT));
            }
        }
        return factors;
    }

    /** Takes them out of the gradient that the graph has just computed. */
    public void takeFromGradient(ComputationGraph graph) {
        graph.getFlattenedGradients().reshape(graph.numParams()).muli(factors);
    }

    @Override
    public void close() {
        factors.close();
    }
}
