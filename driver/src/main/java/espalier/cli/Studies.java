package espalier.cli;

import espalier.backend.spark.SparkBackend;
import espalier.config.DataConfig;
import espalier.config.StudyConfig;
import espalier.config.TrainingConfig;
import espalier.cost.Complexity;
import espalier.cost.LatencyTable;
import espalier.data.FileSource;
import espalier.data.ImageSet;
import espalier.device.DeviceChoice;
import espalier.file.HadoopFileSource;
import espalier.network.TensorShape;
import espalier.search.Methods;
import espalier.search.StudyContext;
import espalier.search.StudyException;
import espalier.search.StudyImages;
import espalier.search.StudyNetwork;
import espalier.task.ImageAsset;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.spark.api.java.JavaSparkContext;

/** Loads what a configuration names. */
final class Studies {
    private Studies() {}

    /** Reads images, network and space; whatever is wrong with them shows here, before anything is started. */
    static StudyContext load(StudyConfig config) {
        FileSource source = new HadoopFileSource(SparkSessions.hadoop());
        ImageAsset images = StudyImages.load(config, source);
        ImageSet training = images.training();
        TensorShape input = new TensorShape(training.channels(), training.height(), training.width());
        StudyNetwork network = StudyNetwork.load(config, input, training.classes(), source);
        return new StudyContext(config, images, network, Methods.of(config, network, latencies(config, source)));
    }

    private static LatencyTable latencies(StudyConfig config, FileSource source) {
        String path = config.space().latencyTable();
        if (path.isEmpty()) {
            return LatencyTable.NONE;
        }
        try (InputStream stream = source.open(path)) {
            return LatencyTable.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8), path);
        } catch (IOException e) {
            throw new StudyException("space.latency-table '" + path + "' cannot be read (" + e.getMessage()
                    + "); write one with 'latency-table'");
        }
    }

    /** Where a study's trials run. */
    static SparkBackend backend(StudyContext study, JavaSparkContext spark) {
        TrainingConfig training = study.config().training();
        return new SparkBackend(
                spark,
                study.images(),
                training.threads(),
                DeviceChoice.valueOf(training.device().name()));
    }

    /** One line of what the study is about. */
    static String summary(StudyContext study) {
        Complexity original = study.method().original();
        return "%s of %s; %,d MACs, %,d parameters; %d channel groups; space %s"
                .formatted(
                        images(study),
                        study.network().input(),
                        original.macs(),
                        original.parameters(),
                        study.network().graph().prunableGroups().size(),
                        study.space().description());
    }

    /** What a test accuracy means where test images are chosen on too. */
    static String testHalf(ImageAsset images) {
        return "chosen on %,d test images, reported on the other %,d"
                .formatted(images.validation().count(), images.test().count());
    }

    private static String images(StudyContext study) {
        ImageAsset images = study.images();
        return study.config().data().selection() == DataConfig.Selection.TEST_HALF
                ? "%,d training images, accuracy %s,"
                        .formatted(images.training().count(), testHalf(images))
                : "%,d training, %,d validation, %,d test images"
                        .formatted(
                                images.training().count(),
                                images.validation().count(),
                                images.test().count());
    }
}
