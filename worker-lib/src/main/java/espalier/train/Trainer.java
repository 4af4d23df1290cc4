package espalier.train;

import espalier.data.BatchSampler;
import espalier.data.Epoch;
import espalier.network.TensorShape;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/** Trains a graph on the cross-entropy, in the calling thread. */
public final class Trainer {
    /** A cross-entropy this far above that of guessing never comes back. */
    private static final double DIVERGED = 1e4;

    private Trainer() {}

    /**
     * Trains in place. The same graph, images, plan, seed and number of native threads give the same weights, bit by bit.
     *
     * @param graph with an output layer for the cross-entropy
     * @param training images to learn from
     * @param shape of one image
     * @param classes number of classes
     * @param seed of the order of images, of augmentation and of dropout
     * @return mean cross-entropy over the last epoch, in nats; 0 where the plan has no epoch
     * @throws TrainingException if the loss is no longer a number or beyond recall, or at the deadline
     */
    public static double train(
            ComputationGraph graph,
            BatchSampler training,
            TensorShape shape,
            int classes,
            TrainingPlan plan,
            long seed,
            Deadline deadline) {
        if (plan.epochs() == 0) {
            return 0;
        }
        Nd4j.getRandom().setSeed(seed);
        double loss = 0;
        try (SgdStep step = new SgdStep(graph, plan.momentum(), plan.weightDecay());
                BatchBuffer buffer =
                        new BatchBuffer(plan.batchSize(), shape.channels(), shape.height(), shape.width(), classes);
                LossGradient gradient = LossGradient.of(graph, shape, training.trainingBatchSize())) {
            for (int epoch = 0; epoch < plan.epochs(); epoch++) {
                Epoch batches = training.training(plan.augmentation(), seed, epoch);
                loss = trainEpoch(gradient, step, buffer, batches, plan, epoch, deadline);
            }
        }
        if (!Double.isFinite(graph.params().sumNumber().doubleValue())) {
            throw new TrainingException("diverged: weights are no longer finite after epoch " + plan.epochs()
                    + "; lower the learning rate");
        }
        return loss;
    }

    private static double trainEpoch(
            LossGradient gradient,
            SgdStep step,
            BatchBuffer buffer,
            Epoch batches,
            TrainingPlan plan,
            int epoch,
            Deadline deadline) {
        double sum = 0;
        for (int batch = 0; batch < batches.batches(); batch++) {
            deadline.check();
            int size = buffer.fill(batches, batch);
            double loss = gradient.compute(buffer, size, plan.labelSmoothing());
            if (!(loss < DIVERGED)) {
                throw new TrainingException("diverged: loss " + loss + " in epoch " + (epoch + 1) + ", step "
                        + (batch + 1) + "; lower the learning rate");
            }
            double progress = epoch + (double) batch / batches.batches();
            step.apply(plan.learningRate().at(progress, plan.epochs()), size);
            sum += loss;
        }
        return sum / batches.batches();
    }
}
