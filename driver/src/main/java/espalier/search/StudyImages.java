package espalier.search;

import espalier.config.DataConfig;
import espalier.config.StudyConfig;
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

/** The images that a configuration names, read and split. */
public final class StudyImages {
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
                    case SYNTHETIC -> synthetic(config);
                };
        ImageSet training = limit(images.train(), data.trainImages());
        Split split = Split.ofShare(training, data.validationShare(), Seeds.of(config.seed(), "split"));
        return new ImageAsset(
                training, limit(images.test(), data.testImages()), split, Normalization.of(training, split.training()));
    }

    private static TrainAndTest synthetic(StudyConfig config) {
        DataConfig.Synthetic synthetic = config.data().synthetic();
        Path folder = Path.of(config.dataFolder());
        SyntheticImages.Options options = new SyntheticImages.Options(
                synthetic.size(),
                synthetic.classes(),
                synthetic.trainImages(),
                synthetic.testImages(),
                synthetic.noise(),
                synthetic.seed());
        // A folder of its own for each kind of images: a changed option never meets old files.
        Path files =
                folder.resolve("synthetic-" + Fingerprint.of(options.toString()).substring(0, 8));
        if (!Files.exists(files.resolve("t10k-labels-idx1-ubyte.gz"))) {
            IdxWriter.writeFolder(SyntheticImages.generate(options), files);
        }
        return IdxReader.readFolder(FileSource.local(), files.toString(), synthetic.classes());
    }

    private static ImageSet limit(ImageSet images, int count) {
        return count == 0 || count >= images.count() ? images : images.limit(count);
    }
}
