package espalier.config;

import java.util.List;

/** How networks are trained: by stochastic gradient descent with momentum, in three stages that differ in length and learning rate. */
public record TrainingConfig(
        @Key(doc = "images of one training step", allowed = "[2, 65536]", defaultsTo = "64")
        int batchSize,

        @Key(doc = "momentum of gradient descent", allowed = "[0, 1)", defaultsTo = "0.9")
        double momentum,

        @Key(doc = "weight decay", allowed = "[0, 1)", defaultsTo = "0.0005")
        double weightDecay,

        @Key(
                doc = "share of a label's probability that is spread over all classes",
                allowed = "[0, 1)",
                defaultsTo = "0.0")
        double labelSmoothing,

        @Key(
                doc = "batches that renew the batch-norm statistics after pruning; 0 for none",
                allowed = "[0, 100000]",
                defaultsTo = "50")
        int recalibrationBatches,

        @Key(
                doc =
                        "native threads of one trial (give submit.sh ESPALIER_THREADS too); another number changes results in their last digits",
                allowed = "[1, 1024]",
                defaultsTo = "1")
        int threads,

        @Key(
                doc =
                        "where trials run: cpu; gpu, each on one that Spark gives it; auto, a GPU where one can be used, else the CPU",
                defaultsTo = "cpu")
        Device device,

        @Key(doc = "the original network's training", defaults = "epochs: 20")
        Base base,

        @Key(
                doc = "each trial's training after pruning",
                defaults = {"epochs: 1", "learning-rate: 0.05"})
        Learning fineTune,

        @Key(doc = "the full training of the best subnetworks", defaults = "epochs: 20")
        Retrain retrain) {

    private static final Section KEYS = Section.of(TrainingConfig.class);

    /** How the learning rate changes with the epochs. */
    public enum Schedule {
        /** Half a period of the cosine, down to zero. */
        COSINE,
        /** Multiplied by gamma at each milestone. */
        STEP,
        CONSTANT
    }

    /** Where trials run. */
    public enum Device {
        CPU,
        /** Each on a GPU that Spark gives it. */
        GPU,
        /** On a GPU where Spark gives one that can be used, else on the CPU. */
        AUTO
    }

    /** @throws IllegalArgumentException if a value is out of range */
    public TrainingConfig {
        KEYS.check(
                batchSize,
                momentum,
                weightDecay,
                labelSmoothing,
                recalibrationBatches,
                threads,
                device,
                base,
                fineTune,
                retrain);
    }

    /** The length of a training and its learning rates. */
    public record Learning(
            @Key(doc = "passes over the training images; 0 for no training", allowed = "[0, 100000]")
            int epochs,

            @Key(doc = "greatest learning rate", allowed = "(0, 100]", defaultsTo = "0.1")
            double learningRate,

            @Key(
                    doc = "how the learning rate falls: cosine to zero, step by gamma at each milestone, or constant",
                    defaultsTo = "cosine")
            Schedule schedule,

            @Key(
                    doc = "epochs over which the learning rate first rises from zero",
                    allowed = "[0, 100000]",
                    defaultsTo = "0")
            int warmupEpochs,

            @Key(
                    doc = "epochs after which the learning rate is multiplied by gamma, rising",
                    allowed = "[1, 100000]",
                    onlyFor = "schedule: step")
            List<Integer> milestones,

            @Key(
                    doc = "factor of the learning rate at each milestone",
                    allowed = "(0, 1)",
                    defaultsTo = "0.1",
                    onlyFor = "schedule: step")
            double gamma) {

        private static final Section KEYS = Section.of(Learning.class);

        /** @throws IllegalArgumentException if a value is out of range, or contradicts another */
        public Learning {
            milestones = List.copyOf(milestones);
            KEYS.check(epochs, learningRate, schedule, warmupEpochs, milestones, gamma);
            if (warmupEpochs > epochs) {
                throw new InvalidKeyException(
                        "warmup-epochs", "is %d, must be at most epochs (%d)".formatted(warmupEpochs, epochs));
            }
            if (!milestones.stream().sorted().toList().equals(milestones)
                    || milestones.stream().anyMatch(each -> each >= epochs)) {
                throw new InvalidKeyException(
                        "milestones", "is %s, must rise, and end before epochs (%d)".formatted(milestones, epochs));
            }
        }
    }

    /** The training of the original network. */
    public record Base(
            @Inline Learning learning,

            @Key(
                    doc =
                            "trainings from different seeds; the spread of their accuracies is the noise floor of every drop",
                    allowed = "[1, 100]",
                    defaultsTo = "3")
            int seeds) {

        private static final Section KEYS = Section.of(Base.class);

        /** @throws IllegalArgumentException if a value is out of range */
        public Base {
            KEYS.check(learning, seeds);
        }
    }

    /** The full training of the best subnetworks, of which one becomes the winner. */
    public record Retrain(
            @Inline Learning learning,

            @Key(doc = "subnetworks to train in full, the best of the search", allowed = "[1, 1000]", defaultsTo = "3")
            int candidates,

            @Key(doc = "trainings of each, from different seeds", allowed = "[1, 100]", defaultsTo = "3")
            int seeds) {

        private static final Section KEYS = Section.of(Retrain.class);

        /** @throws IllegalArgumentException if a value is out of range */
        public Retrain {
            KEYS.check(learning, candidates, seeds);
        }
    }
}
