package espalier.train;

import espalier.data.BatchSampler;
import espalier.data.Epoch;
import espalier.network.TensorShape;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Trains a graph on the cross-entropy, in the calling thread. */
public final class Trainer {
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
        return train(graph, training, shape, classes, plan, TrainingState.START, plan.epochs(), seed, deadline)
                .loss();
    }

    /**
     * Trains in place for a part of the plan's epochs. Parts one after another, each from the state that the one before came to, give the same weights as
     * the whole in one go, bit by bit.
     *
     * @param from where to begin
     * @param until epochs of the plan that are done in the end, at most all
     * @return the state to go on from
     * @throws TrainingException if the loss is no longer a number or beyond recall, or at the deadline
     */
    public static TrainingState train(
            ComputationGraph graph,
            BatchSampler training,
            TensorShape shape,
            int classes,
            TrainingPlan plan,
            TrainingState from,
            int until,
            long seed,
            Deadline deadline) {
        if (from.epochs() >= until) {
            return from;
        }
        double loss = 0;
        float[] velocity;
        try (SgdStep step =
                        new SgdStep(graph, plan.momentum(), plan.weightDecay(), plan.keepsZeros(), from.velocity());
                BatchGradient gradient = new BatchGradient(graph, training, shape, classes, plan)) {
            for (int epoch = from.epochs(); epoch < until; epoch++) {
                BatchGradient.seedDropout(seed, epoch);
                Epoch batches = training.training(plan.augmentation(), seed, epoch);
                loss = trainEpoch(gradient, step, batches, plan, epoch, deadline);
            }
            velocity = step.velocity();
        }
        if (!Double.isFinite(graph.params().sumNumber().doubleValue())) {
            throw new TrainingException(
                    "diverged: weights are no longer finite after epoch " + until + "; lower the learning rate");
        }
        return new TrainingState(until, velocity, loss);
    }

    private static double trainEpoch(
            BatchGradient gradient, SgdStep step, Epoch batches, TrainingPlan plan, int epoch, Deadline deadline) {
        double sum = 0;
        for (int batch = 0; batch < batches.batches(); batch++) {
            deadline.check();
            double loss = gradient.compute(batches, epoch, batch);
            double progress = epoch + (double) batch / batches.batches();
            step.apply(plan.learningRate().at(progress, plan.epochs()), batches.size(batch));
            sum += loss;
        }
        return sum / batches.batches();
    }
}
