package espalier.search;

import espalier.config.DataConfig;
import espalier.config.StudyConfig;
import espalier.data.Cifar10;
import espalier.data.FileSource;
import espalier.data.Fingerprint;
import espalier.data.IdxReader;
import espalier.data.IdxWriter;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.data.Split;
import espalier.data.SyntheticImages;
import espalier.data.TrainAndTest;
import espalier.task.ImageAsset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The images that a configuration names, read and split. */
public final class StudyImages {
    private static final Pattern URI_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:");

    private StudyImages() {}

    /**
     * Reads the images; synthetic ones are made first where they are missing, and then read like any others.
     *
     * @param source where paths are opened
     * @throws espalier.data.DataException if a file is missing or not what it should be
     */
    public static ImageAsset load(StudyConfig config, FileSource source) {
        DataConfig data = config.data();
        TrainAndTest images =
                switch (data.format()) {
                    case IDX -> IdxReader.readFolder(source, data.path());
                    case CIFAR10 -> Cifar10.readFolder(source, data.path(), data.trainImages());
                    case SYNTHETIC -> synthetic(config);
                };
        return divide(
                data,
                limit(images.train(), data.trainImages()),
                limit(images.test(), data.testImages()),
                Seeds.of(config.seed(), "split"));
    }

    private static ImageAsset divide(DataConfig data, ImageSet train, ImageSet test, long seed) {
        boolean testHalf = data.selection() == DataConfig.Selection.TEST_HALF;
        ImageSet whole = testHalf ? test : train;
        Split split = Split.ofShare(whole, testHalf ? 0.5 : data.validationShare(), seed);
        ImageSet validation = whole.subset(split.validation());
        ImageSet rest = whole.subset(split.training());
        ImageSet training = testHalf ? train : rest;
        return new ImageAsset(training, validation, testHalf ? rest : test, normalization(data, training));
    }

    private static Normalization normalization(DataConfig data, ImageSet training) {
        DataConfig.Normalization given = data.normalization();
        return given.isMeasured()
                ? Normalization.of(training)
                : new Normalization(given.means(), given.standardDeviations());
    }

    private static TrainAndTest synthetic(StudyConfig config) {
        DataConfig.Synthetic synthetic = config.data().synthetic();
        SyntheticImages.Options options = new SyntheticImages.Options(
                synthetic.size(),
                synthetic.classes(),
                synthetic.trainImages(),
                synthetic.testImages(),
                synthetic.noise(),
                synthetic.seed());
        if (URI_SCHEME.matcher(config.dataFolder()).lookingAt()) {
            // They are kept on local disks alone, and follow from their seed.
            return SyntheticImages.generate(options);
        }
        // A folder of its own for each kind of images: a changed option never meets old files.
        Path files = Path.of(
                config.dataFolder(),
                "synthetic-" + Fingerprint.of(options.toString()).substring(0, 8));
        if (!Files.exists(files.resolve("t10k-labels-idx1-ubyte.gz"))) {
            IdxWriter.writeFolder(SyntheticImages.generate(options), files);
        }
        return IdxReader.readFolder(FileSource.local(), files.toString(), synthetic.classes());
    }

    private static ImageSet limit(ImageSet images, int count) {
        return count == 0 || count >= images.count() ? images : images.limit(count);
    }
}
