package espalier.task;

import espalier.train.TrainingPlan;

/** One step of a trial. A method of pruning is a recipe and a short list of these. */
public sealed interface Phase {

    /** Start from the trained original, pruned by the trial's recipe. */
    record InheritWeights() implements Phase {}

    /** Start from the recipe's architecture with new random weights, drawn from the trial's seed. */
    record FreshWeights() implements Phase {}

    /** Start from the network that the trial carries. */
    record GivenWeights() implements Phase {}

    /**
     * Measure batch normalization's statistics anew.
     *
     * @param batches mini-batches of the training images
     * @param batchSize images of one mini-batch
     */
    record Recalibrate(int batches, int batchSize) implements Phase {
        public Recalibrate {
            if (batches < 1 || batchSize < 2) {
                throw new IllegalArgumentException("recalibration takes " + batches + " batches of " + batchSize
                        + " images; at least 1 batch of 2");
            }
        }
    }

    /** Train on the training images. */
    record Train(TrainingPlan plan) implements Phase {}

    /**
     * Record the accuracy.
     *
     * @param stage the name that it is recorded under
     * @param part images to classify
     */
    record Evaluate(String stage, Part part) implements Phase {}

    /** Send the network back with the result. */
    record KeepNetwork() implements Phase {}

    /** Images that an accuracy is measured on. The search sees validation images only. */
    enum Part {
        VALIDATION,
        TEST
    }
}
