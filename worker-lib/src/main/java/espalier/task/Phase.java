package espalier.task;

import espalier.train.TrainingPlan;
import java.util.List;

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

    /**
     * Train on the training images, from the epoch that the trial has come to.
     *
     * @param plan of the whole training
     * @param until epochs of it that are done in the end
     */
    record Train(TrainingPlan plan, int until) implements Phase {
        public Train {
            if (until > plan.epochs()) {
                throw new IllegalArgumentException(
                        "training goes on until epoch " + until + "; at most " + plan.epochs() + ", its last");
            }
        }

        /** All of the plan. */
        public Train(TrainingPlan plan) {
            this(plan, plan.epochs());
        }
    }

    /**
     * Record the accuracy.
     *
     * @param stage the name that it is recorded under
     * @param part images to classify
     */
    record Evaluate(String stage, Part part) implements Phase {}

    /**
     * Leave the network and the state of its training for a later trial.
     *
     * @param location of the file
     */
    record SaveCheckpoint(String location) implements Phase {}

    /**
     * Go on where an earlier trial stopped.
     *
     * @param checkpoint that it left
     * @param otherwise what it did, to be done again where the checkpoint is lost
     */
    record Resume(CheckpointReference checkpoint, List<Phase> otherwise) implements Phase {
        public Resume {
            otherwise = List.copyOf(otherwise);
        }
    }

    /** Send the network back with the result. */
    record KeepNetwork() implements Phase {}

    /** Images that an accuracy is measured on. The search sees validation images only. */
    enum Part {
        VALIDATION,
        TEST
    }
}
