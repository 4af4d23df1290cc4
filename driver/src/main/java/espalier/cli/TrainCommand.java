package espalier.cli;

import espalier.backend.spark.SparkBackend;
import espalier.backend.spark.averaging.Averaging;
import espalier.backend.spark.averaging.ParameterAveraging;
import espalier.config.StudyConfig;
import espalier.data.FileSource;
import espalier.device.DeviceChoice;
import espalier.dl4j.NetworkFiles;
import espalier.file.HadoopFileSource;
import espalier.search.NetworkTraining;
import espalier.search.NetworkTraining.Result;
import espalier.search.StudyException;
import espalier.search.StudyFailedException;
import espalier.search.StudyImages;
import espalier.task.ImageAsset;
import espalier.task.Phase.Part;
import espalier.text.FirstLine;
import espalier.train.TrainingException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train}: one network, by one process or by all executors together. */
@Command(
        name = "train",
        description = {
            "Trains a study's original network as the study would, or a network of a file by the schedule for winners.",
            "With --distributed all executors train it together: Deeplearning4j Spark averages their weights."
        },
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private final StudyOptions options = new StudyOptions();

    @Option(
            names = "--to",
            paramLabel = "FILE",
            required = true,
            description = "Deeplearning4j zip to write: a path, or a URI such as hdfs:///networks/base.zip")
    private @Nullable String to;

    @Option(
            names = "--network",
            paramLabel = "FILE",
            description = "a network to go on with, such as a winner; trained by training.retrain")
    private @Nullable String file;

    @Option(names = "--distributed", description = "train on all executors")
    private boolean distributed;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "with --distributed: workers that share out each batch; default: all that there is room for")
    private @Nullable Integer workers;

    @Option(
            names = "--averaging-frequency",
            paramLabel = "N",
            description = "with --distributed: steps between two averages; default: ${DEFAULT-VALUE}",
            defaultValue = "10")
    private int frequency = 10;

    @Override
    public Integer call() throws IOException {
        if (!distributed && workers != null) {
            throw new StudyException("--workers is " + workers + ", but one process trains; add --distributed");
        }
        var unused = new Averaging(Objects.requireNonNullElse(workers, 1), frequency);
        StudyConfig config = options.read();
        SparkSessions.requireDevice(config.training().device());
        Target target = Target.of(Objects.requireNonNull(to));
        FileSource source = new HadoopFileSource(SparkSessions.hadoop());
        ImageAsset images = StudyImages.load(config, source);
        NetworkTraining training = file == null
                ? NetworkTraining.ofOriginal(config, images, source)
                : NetworkTraining.ofFile(config, file, images, source);
        try (SparkSession session = SparkSessions.open(config.study())) {
            SparkSessions.requireThreads(session, config.training().threads());
            JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
            long start = System.nanoTime();
            Result result =
                    distributed ? together(config, images, training, spark) : alone(config, images, training, spark);
            target.write(result.network());
            System.out.printf(
                    "trained %d epochs in %.1f s: validation accuracy %.2f %%, test accuracy %.2f %%%n",
                    training.plan().epochs(),
                    (System.nanoTime() - start) / 1e9,
                    result.validationAccuracy(),
                    result.testAccuracy());
            System.out.println(target + " (" + result.network().length + " bytes)");
        }
        return 0;
    }

    private static Result alone(
            StudyConfig config, ImageAsset images, NetworkTraining training, JavaSparkContext spark) {
        try (SparkBackend backend =
                new SparkBackend(spark, images, config.training().threads(), device(config))) {
            return training.run(backend);
        }
    }

    private Result together(StudyConfig config, ImageAsset images, NetworkTraining training, JavaSparkContext spark) {
        Averaging averaging = new Averaging(workers == null ? SparkBackend.parallelism(spark) : workers, frequency);
        System.out.printf(
                "%d workers, steps of %d images together, weights averaged every %d steps%n",
                averaging.workers(), training.plan().batchSize(), averaging.frequency());
        try (ParameterAveraging executors = new ParameterAveraging(
                spark, images, training.asset(), config.training().threads(), device(config))) {
            ComputationGraph graph = training.begin();
            int epochs = training.plan().epochs();
            executors.train(
                    graph,
                    training.plan(),
                    averaging,
                    training.seed(),
                    (done, loss) -> System.out.printf("epoch %d of %d: loss %.4f%n", done, epochs, loss));
            return new Result(
                    NetworkFiles.write(graph),
                    executors.accuracy(graph, Part.VALIDATION, averaging.workers()),
                    executors.accuracy(graph, Part.TEST, averaging.workers()));
        } catch (TrainingException e) {
            throw new StudyFailedException("training failed: " + FirstLine.of(e));
        }
    }

    private static DeviceChoice device(StudyConfig config) {
        return DeviceChoice.valueOf(config.training().device().name());
    }
}
