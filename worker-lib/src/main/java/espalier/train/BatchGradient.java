package espalier.train;

import espalier.data.BatchSampler;
import espalier.data.Epoch;
import espalier.network.TensorShape;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/** Loss and gradient of a graph on batches of images, one after another, in the calling thread. */
public final class BatchGradient implements AutoCloseable {
    /** A cross-entropy this far above that of guessing never comes back. */
    private static final double DIVERGED = 1e4;

    /** Seeds of neighbours differ in about half of their bits. */
    private static final long NEIGHBOURS_APART = 0x9E3779B97F4A7C15L;

    private final double labelSmoothing;
    private final BatchBuffer buffer;
    private final LossGradient gradient;

    /**
     * Prepares what all batches share.
     *
     * @param graph with an output layer for the cross-entropy
     * @param training where the batches come from
     * @param shape of one image
     * @param classes number of classes
     */
    public BatchGradient(
            ComputationGraph graph, BatchSampler training, TensorShape shape, int classes, TrainingPlan plan) {
        labelSmoothing = plan.labelSmoothing();
        buffer = new BatchBuffer(plan.batchSize(), shape.channels(), shape.height(), shape.width(), classes);
        gradient = LossGradient.of(graph, shape, training.trainingBatchSize());
    }

    /** Seeds dropout, in this thread: each part of a training has numbers of its own, wherever the training began. */
    public static void seedDropout(long seed, int part) {
        Nd4j.getRandom().setSeed(seed + NEIGHBOURS_APART * part);
    }

    /**
     * Leaves the gradient of a batch, summed over its images, in the graph's vector of gradients.
     *
     * @param epoch number of the epoch, for messages
     * @return the mean cross-entropy of an image, in nats
     * @throws TrainingException if the loss is no longer a number or beyond recall
     */
    public double compute(Epoch batches, int epoch, int batch) {
        int size = buffer.fill(batches, batch);
        double loss = gradient.compute(buffer, size, labelSmoothing);
        if (!(loss < DIVERGED)) {
            throw new TrainingException("diverged: loss " + loss + " in epoch " + (epoch + 1) + ", step " + (batch + 1)
                    + "; lower the learning rate");
        }
        return loss;
    }

    @Override
    public void close() {
        gradient.close();
        buffer.close();
    }
}
