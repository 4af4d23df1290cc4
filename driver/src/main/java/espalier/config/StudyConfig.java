package espalier.config;

/**
 * The configuration of one study: what to prune, in which space to search, how to train, and when to narrow the space. Each component is a key of
 * the file, and its {@link Key} gives meaning, range and default; docs/configuration.md lists them all. A key that does not apply (the depth of a
 * LeNet) holds its default, or 0, an empty text or an empty list if it has none.
 */
public record StudyConfig(
        @Key(
                doc = "name of the study, and of its folder below output",
                allowed = "[a-z0-9][a-z0-9-]{0,63}",
                presentation = true)
        String study,

        @Key(doc = "root of all random numbers of the study", allowed = "[0, 999999999999999]", defaultsTo = "1")
        long seed,

        @Key(
                doc = "folder that holds the studies; any location that Hadoop can write",
                defaultsTo = "results",
                presentation = true)
        String output,

        @Key(
                doc = "the space that this one refines, such as fashion-mnist/round-1; empty for none",
                defaultsTo = "''",
                presentation = true)
        String parent,

        @Key(doc = "images to train and test on") DataConfig data,

        @Key(doc = "the original network, which is trained and then pruned")
        NetworkConfig network,

        @Key(doc = "the pruning space, which says what subnetworks may be tried")
        SpaceConfig space,

        @Key(doc = "how recipes are drawn from the space") SearchConfig search,

        @Key(doc = "which trials are trained to the end, and which are stopped early")
        StoppingConfig stopping,

        @Key(doc = "what ranks the channels of a group, the least important being removed first", defaultsTo = "l1")
        Importance importance,

        @Key(doc = "how networks are trained") TrainingConfig training,

        @Key(doc = "when and how the space is narrowed between two rounds")
        RefineConfig refine) {

    /** Every key of the file. */
    static final Section KEYS = Section.of(StudyConfig.class);

    /** What ranks the channels of a group. */
    public enum Importance {
        /** Sum of the absolute weights of the channel's filter. */
        L1,
        /** Euclidean norm of the channel's filter. */
        L2,
        /** Absolute scale of the batch normalisation behind the channel. */
        BATCH_NORM_SCALE,
        /** Sum of the distances from the channel's filter to all others of its layer. */
        GEOMETRIC_MEDIAN,
        /** A random order: the control. */
        RANDOM
    }

    /** @throws IllegalArgumentException if a value is out of range, or contradicts another */
    public StudyConfig {
        KEYS.check(study, seed, output, parent, data, network, space, search, stopping, importance, training, refine);
        int trials = search.rounds() * search.trialsPerRound();
        int candidates = training.retrain().candidates();
        if (candidates > trials) {
            throw new InvalidKeyException(
                    "training.retrain.candidates",
                    "is %d, must be at most the %d trials of the search: lower it, or raise search.trials-per-round"
                            .formatted(candidates, trials));
        }
        requireRungs(stopping, training.fineTune().epochs());
        if (space.method() == SpaceConfig.Method.CHANNELS) {
            requireNoControls(search);
        } else {
            requireUntrained(space.method(), search, importance, stopping, training);
        }
        if (training.base().learning().epochs() == 0 && !network.hasWeights()) {
            throw new InvalidKeyException(
                    "training.base.epochs",
                    "is 0, must be at least 1 unless network.weights is given or network.architecture is file: nothing else has weights");
        }
    }

    /** Channels have their controls in the final. */
    private static void requireNoControls(SearchConfig search) {
        if (search.controls() > 0) {
            throw new InvalidKeyException(
                    "search.controls", "is %d, must be 0 for space.method channels".formatted(search.controls()));
        }
    }

    /** What a method that prunes untrained networks has no use for must be left out. */
    private static void requireUntrained(
            SpaceConfig.Method method,
            SearchConfig search,
            Importance importance,
            StoppingConfig stopping,
            TrainingConfig training) {
        String name = KebabCase.of(method);
        if (search.sampler() != SearchConfig.Sampler.GRID) {
            throw new InvalidKeyException(
                    "search.sampler",
                    "is %s, must be left out for space.method %s".formatted(KebabCase.of(search.sampler()), name));
        }
        if (importance != Importance.L1) {
            throw new InvalidKeyException(
                    "importance",
                    "is %s, must be left out for space.method %s".formatted(KebabCase.of(importance), name));
        }
        if (stopping.stops() && stopping.untrainedRung()) {
            throw new InvalidKeyException(
                    "stopping.untrained-rung",
                    "is true, must be false for space.method %s: its networks start untrained".formatted(name));
        }
        if (training.fineTune().epochs() == 0) {
            throw new InvalidKeyException(
                    "training.fine-tune.epochs",
                    "is 0, must be at least 1 for space.method %s: its networks start untrained".formatted(name));
        }
    }

    private static void requireRungs(StoppingConfig stopping, int epochs) {
        if (stopping.stops() && stopping.rungs(epochs).size() < 2) {
            throw new InvalidKeyException(
                    "stopping.first-epochs",
                    "is %d, which leaves no rung below training.fine-tune.epochs (%d) at which a trial could stop: lower it, or set stopping.untrained-rung"
                            .formatted(stopping.firstEpochs(), epochs));
        }
        if (stopping.stops() && stopping.firstEpochs() > epochs) {
            throw new InvalidKeyException(
                    "stopping.first-epochs",
                    "is %d, must be at most training.fine-tune.epochs (%d), where trials end"
                            .formatted(stopping.firstEpochs(), epochs));
        }
    }

    /** Returns the folder of this study. */
    public String folder() {
        return output + "/" + study;
    }

    /** Returns where the images are: {@code data.path} or, if that is empty, the folder {@code data} of this study. */
    public String dataFolder() {
        return data.path().isEmpty() ? folder() + "/data" : data.path();
    }

    /**
     * Returns the configuration of another study that differs in its space alone.
     *
     * @param name of that study
     * @param ofSpace id of the space that its own refines
     */
    public StudyConfig refined(String name, String ofSpace, SpaceConfig refinedSpace) {
        return new StudyConfig(
                name,
                seed,
                output,
                ofSpace,
                data,
                network,
                refinedSpace,
                search,
                stopping,
                importance,
                training,
                refine);
    }
}
