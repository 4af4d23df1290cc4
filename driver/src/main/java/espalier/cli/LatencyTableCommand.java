package espalier.cli;

import espalier.latency.LatencySettings;
import espalier.latency.LayerLatencies;
import espalier.search.StudyContext;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code latency-table}: what a study predicts latency from. */
@Command(
        name = "latency-table",
        description = {
            "Measures every layer of a study's network at a grid of widths in ONNX Runtime on this machine's CPU, and prints",
            "the table that space.latency-table reads."
        },
        mixinStandardHelpOptions = true)
final class LatencyTableCommand implements Callable<Integer> {
    @Mixin
    private final StudyOptions options = new StudyOptions();

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "images at a time; default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private int batch;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "threads of one run; default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private int threads;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "runs of each layer and width, whose median is taken; default: ${DEFAULT-VALUE}",
            defaultValue = "50")
    private int runs;

    @Override
    public Integer call() {
        LatencySettings settings = new LatencySettings(batch, threads, runs / 5, runs);
        StudyContext study = Studies.load(options.read());
        ComputationGraphConfiguration configuration =
                ComputationGraphConfiguration.fromJson(study.network().configuration());
        System.out.print(new LayerLatencies(configuration, study.network().graph(), settings).measure());
        return 0;
    }
}
