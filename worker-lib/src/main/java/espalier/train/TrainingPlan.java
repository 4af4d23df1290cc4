package espalier.train;

import espalier.data.Augmentation;

/**
 * How a network is trained: stochastic gradient descent with Nesterov momentum on the cross-entropy.
 *
 * @param epochs passes over the training images; 0 trains nothing
 * @param batchSize images of one step
 * @param learningRate over the run
 * @param momentum in [0, 1)
 * @param weightDecay of convolution and dense weights; biases and batch normalization are left alone
 * @param labelSmoothing share of a label that is spread over all classes, in [0, 1)
 * @param augmentation of the training images
 * @param keepsZeros whether weights that are zero at the start stay so: a masked network, see {@link KeptZeros}
 */
public record TrainingPlan(
        int epochs,
        int batchSize,
        LearningRateSchedule learningRate,
        double momentum,
        double weightDecay,
        double labelSmoothing,
        Augmentation augmentation,
        boolean keepsZeros) {
    public TrainingPlan {
        if (epochs < 0) {
            throw new IllegalArgumentException("training takes " + epochs + " epochs; it must be 0 or more");
        }
        if (batchSize < 2) {
            throw new IllegalArgumentException("batch size is " + batchSize + "; batch statistics need at least 2");
        }
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("momentum is " + momentum + "; it must be in [0, 1)");
        }
        if (!(weightDecay >= 0)) {
            throw new IllegalArgumentException("weight decay is " + weightDecay + "; it must be 0 or more");
        }
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("label smoothing is " + labelSmoothing + "; it must be in [0, 1)");
        }
    }

    /** A plan for networks with all weights. */
    public TrainingPlan(
            int epochs,
            int batchSize,
            LearningRateSchedule learningRate,
            double momentum,
            double weightDecay,
            double labelSmoothing,
            Augmentation augmentation) {
        this(epochs, batchSize, learningRate, momentum, weightDecay, labelSmoothing, augmentation, false);
    }

    /** The same plan for masked networks. */
    public TrainingPlan keepingZeros() {
        return new TrainingPlan(
                epochs, batchSize, learningRate, momentum, weightDecay, labelSmoothing, augmentation, true);
    }
}
