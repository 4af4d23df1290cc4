package espalier.train;

import espalier.data.BatchSampler;
import espalier.data.Epoch;
import espalier.network.TensorShape;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Top-1 accuracy. */
public final class Evaluator {
    private Evaluator() {}

    /**
     * Share of images whose most probable class is their label, in percent. Batch normalization uses its running
     * statistics.
     *
     * @param images every image counts once
     */
    public static double accuracy(ComputationGraph graph, BatchSampler images, TensorShape shape, int classes) {
        Epoch batches = images.evaluation();
        return 100.0 * correct(graph, batches, 0, batches.batches(), shape, classes) / images.count();
    }

    /**
     * How many images of some batches are classified correctly.
     *
     * @param from the first of the batches
     * @param until the one behind the last
     */
    public static int correct(
            ComputationGraph graph, Epoch batches, int from, int until, TensorShape shape, int classes) {
        int correct = 0;
        try (BatchBuffer buffer = new BatchBuffer(
                        batches.largestSize(), shape.channels(), shape.height(), shape.width(), classes);
                Scores scores = Scores.of(graph, shape)) {
            for (int batch = from; batch < until; batch++) {
                int size = buffer.fill(batches, batch);
                float[] values = scores.compute(buffer, size);
                for (int i = 0; i < size; i++) {
                    correct += largest(values, i * classes, classes) == buffer.label(i) ? 1 : 0;
                }
            }
        }
        return correct;
    }

    private static int largest(float[] values, int from, int classes) {
        int best = 0;
        for (int label = 1; label < classes; label++) {
            if (values[from + label] > values[from + best]) {
                best = label;
            }
        }
        return best;
    }
}
