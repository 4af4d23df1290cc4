package espalier.backend.spark.averaging;

import espalier.train.TrainingPlan;

/**
 * How often and over how many the weights are averaged. One worker is gradient descent as it is.
 *
 * @param workers that train at the same time, each on batches of its own
 * @param frequency steps between two averages
 */
public record Averaging(int workers, int frequency) {
    private static final int MOST_WORKERS = 10_000;

    public Averaging {
        if (workers < 1 || workers > MOST_WORKERS) {
            throw new IllegalArgumentException(
                    "workers are %,d; they must be 1 to %,d".formatted(workers, MOST_WORKERS));
        }
        if (frequency < 1) {
            throw new IllegalArgumentException(
                    "weights are averaged every %,d steps; that must be 1 or more".formatted(frequency));
        }
    }

    /**
     * The plan of one worker.
     *
     * @throws IllegalArgumentException if the plan's batches have fewer than two images for each
     */
    TrainingPlan share(TrainingPlan whole) {
        if (whole.batchSize() < 2 * workers) {
            throw new IllegalArgumentException(
                    "training.batch-size is %d, shared out among %,d workers, which need at least 2 images each: raise it, or give fewer --workers"
                            .formatted(whole.batchSize(), workers));
        }
        return new TrainingPlan(
                whole.epochs(),
                whole.batchSize() / workers,
                whole.learningRate(),
                whole.momentum(),
                whole.weightDecay(),
                whole.labelSmoothing(),
                whole.augmentation(),
                whole.keepsZeros());
    }

    /** Batches of one period, of all workers together. */
    int period() {
        return (int) Math.min(Integer.MAX_VALUE, (long) workers * frequency);
    }
}
