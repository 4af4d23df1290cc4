package espalier.config;

import java.util.List;

/** The images of a study. */
public record DataConfig(
        @Key(
                doc =
                        "where images come from: idx, the four files of MNIST and its kin; cifar10, the six binary files of CIFAR-10; synthetic, made from a seed")
        Format format,

        @Key(
                doc =
                        "folder of the files, required for idx and cifar10; for synthetic the folder that keeps the images, empty for data below the study",
                defaultsTo = "''")
        String path,

        @Key(
                doc = "training images to use, from the first on; 0 for all",
                allowed = "[0, 1000000000]",
                defaultsTo = "0")
        int trainImages,

        @Key(doc = "test images to use, from the first on; 0 for all", allowed = "[0, 1000000000]", defaultsTo = "0")
        int testImages,

        @Key(
                doc =
                        "images to compare subnetworks on: validation-share, training images set aside; test-half, half of the test images",
                defaultsTo = "validation-share")
        Selection selection,

        @Key(
                doc = "share of the training images that is set aside to compare subnetworks on",
                allowed = "(0, 1)",
                defaultsTo = "0.1",
                onlyFor = "selection: validation-share")
        double validationShare,

        @Key(doc = "what brings pixels to mean 0 and standard deviation 1, by channel")
        Normalization normalization,

        @Key(doc = "random changes of the training images") Augmentation augmentation,

        @Key(doc = "what the synthetic images are like", onlyFor = "format: synthetic")
        Synthetic synthetic) {

    private static final Section KEYS = Section.of(DataConfig.class);

    /** Where images come from. */
    public enum Format {
        IDX,
        CIFAR10,
        SYNTHETIC
    }

    /** Images that subnetworks are compared on. */
    public enum Selection {
        /** Training images that are set aside. */
        VALIDATION_SHARE,
        /** One half of the test images; the final reads the other. */
        TEST_HALF
    }

    /** @throws IllegalArgumentException if a value is out of range, or contradicts another */
    public DataConfig {
        KEYS.check(
                format,
                path,
                trainImages,
                testImages,
                selection,
                validationShare,
                normalization,
                augmentation,
                synthetic);
        if (format != Format.SYNTHETIC && path.isEmpty()) {
            throw new InvalidKeyException(
                    "path", "is missing, must be the folder of the files for format " + KebabCase.of(format));
        }
    }

    /** What brings pixels to mean 0 and standard deviation 1. */
    public record Normalization(
            @Key(
                    doc =
                            "mean of each channel, of pixels in 0..1, as trained weights need it; empty to measure it on the training images",
                    allowed = "[0, 1]",
                    defaultsTo = "[]",
                    repeats = true)
            List<Double> means,

            @Key(
                    doc = "standard deviation of each channel, of pixels in 0..1; given where means are",
                    allowed = "(0, 1]",
                    defaultsTo = "[]",
                    repeats = true)
            List<Double> standardDeviations) {

        private static final Section KEYS = Section.of(Normalization.class);

        /** @throws IllegalArgumentException if a value is out of range, or the lists differ in length */
        public Normalization {
            means = List.copyOf(means);
            standardDeviations = List.copyOf(standardDeviations);
            KEYS.check(means, standardDeviations);
            if (means.size() != standardDeviations.size()) {
                throw new InvalidKeyException(
                        "standard-deviations",
                        "has %d values, must have as many as means, which has %d: give one of each for every channel"
                                .formatted(standardDeviations.size(), means.size()));
            }
        }

        /** Returns whether mean and standard deviation are to be measured. */
        public boolean isMeasured() {
            return means.isEmpty();
        }
    }

    /** Random changes of the training images. */
    public record Augmentation(
            @Key(
                    doc = "pixels of padding around an image before a random crop to its size; 0 for no crop",
                    allowed = "[0, 8]",
                    defaultsTo = "2")
            int pad,

            @Key(doc = "whether to mirror half of the images left to right", defaultsTo = "false")
            boolean flip) {

        private static final Section KEYS = Section.of(Augmentation.class);

        /** @throws IllegalArgumentException if a value is out of range */
        public Augmentation {
            KEYS.check(pad, flip);
        }
    }

    /** What synthetic images are like. */
    public record Synthetic(
            @Key(doc = "height and width in pixels", allowed = "[12, 32]", defaultsTo = "16")
            int size,

            @Key(doc = "number of classes", allowed = "[2, 10]", defaultsTo = "10")
            int classes,

            @Key(doc = "training images to make, validation included", allowed = "[10, 1000000]", defaultsTo = "3000")
            int trainImages,

            @Key(doc = "test images to make", allowed = "[10, 1000000]", defaultsTo = "1000")
            int testImages,

            @Key(
                    doc = "standard deviation of a pixel's noise, as a share of the grey scale",
                    allowed = "[0, 0.5]",
                    defaultsTo = "0.25")
            double noise,

            @Key(doc = "seed of the images, apart from the study's", allowed = "[0, 999999999999999]", defaultsTo = "7")
            long seed) {

        private static final Section KEYS = Section.of(Synthetic.class);

        /** @throws IllegalArgumentException if a value is out of range */
        public Synthetic {
            KEYS.check(size, classes, trainImages, testImages, noise, seed);
        }
    }
}
