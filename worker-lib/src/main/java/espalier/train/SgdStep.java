package espalier.train;

import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One step of stochastic gradient descent with Nesterov momentum on a graph's flat parameter vector.
 *
 * <p>With g the mean gradient plus weight decay: v = momentum * v + g, then w = w - rate * (g + momentum * v). Running
 * means and variances of batch normalization live in the same vector; their pseudo-gradients are subtracted as they are.
 *
 * <p>Memory: six vectors of the parameters' length. Deeplearning4j's own updater is not used.
 */
final class SgdStep implements AutoCloseable {
    private final ComputationGraph graph;
    private final double momentum;
    private final INDArray trained;
    private final INDArray decayed;
    private final INDArray statistics;
    private final INDArray velocity;
    private final INDArray work;
    private final INDArray scratch;

    /**
     * Steps that go on where others stopped.
     *
     * @param keepsZeros whether weights that are zero stay so
     * @param earlier their velocity; empty for the first ones
     */
    SgdStep(ComputationGraph graph, double momentum, double weightDecay, boolean keepsZeros, float[] earlier) {
        this.graph = graph;
        this.momentum = momentum;
        graph.initGradientsView();
        long parameters = graph.numParams();
        trained = keepsZeros ? KeptZeros.factors(graph) : Nd4j.ones(DataType.FLOAT, parameters);
        decayed = WeightDecay.factors(graph, weightDecay);
        statistics = Nd4j.zeros(DataType.FLOAT, parameters);
        velocity = earlier.length == 0 ? Nd4j.zeros(DataType.FLOAT, parameters) : Nd4j.createFromArray(earlier);
        work = Nd4j.zeros(DataType.FLOAT, parameters);
        scratch = Nd4j.zeros(DataType.FLOAT, parameters);
        for (Layer layer : graph.getLayers()) {
            layer.paramTable().forEach(this::mark);
        }
    }

    private void mark(String key, INDArray parameter) {
        if (key.equals("mean") || key.equals("var") || key.equals("log10stdev")) {
            long from = parameter.offset() - graph.params().offset();
            var range = NDArrayIndex.interval(from, from + parameter.length());
            statistics.get(range).assign(1);
            trained.get(range).assign(0);
        }
    }

    /**
     * Applies the gradient that the graph has just computed.
     *
     * @param rate learning rate
     * @param batchSize images that the gradient sums over
     */
    void apply(double rate, int batchSize) {
        INDArray parameters = graph.params().reshape(graph.numParams());
        INDArray gradient = graph.getFlattenedGradients().reshape(graph.numParams());
        gradient.mul(trained, work);
        work.divi(batchSize);
        work.addi(parameters.mul(decayed, scratch));
        velocity.muli(momentum).addi(work);
        work.addi(velocity.mul(momentum, scratch));
        work.muli(rate).addi(gradient.mul(statistics, scratch));
        parameters.subi(work);
    }

    /** The velocity after the last step, a copy. */
    float[] velocity() {
        return velocity.toFloatVector();
    }

    /** Frees the vectors at once: the garbage collector does not see how long they are. */
    @Override
    public void close() {
        List.of(trained, decayed, statistics, velocity, work, scratch).forEach(INDArray::close);
    }
}
