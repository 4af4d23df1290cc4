package espalier.cli;

import espalier.dl4j.NetworkFiles;
import espalier.latency.Latency;
import espalier.latency.LatencyBenchmark;
import espalier.latency.LatencyComparison;
import espalier.latency.LatencyModel;
import espalier.latency.LatencySettings;
import espalier.network.TensorShape;
import espalier.onnx.OnnxWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code latency}: two networks side by side. */
@Command(
        name = "latency",
        description = {
            "Measures how long two networks take for a batch, in turn, in ONNX Runtime on this machine's CPU.",
            "Each is an ONNX file or a Deeplearning4j zip, which is exported to ONNX first."
        },
        mixinStandardHelpOptions = true)
final class LatencyCommand implements Callable<Integer> {
    private static final String ONNX = ".onnx";

    @Parameters(index = "0", paramLabel = "FIRST", description = "ONNX file or zip, usually the original network")
    private @Nullable Path first;

    @Parameters(index = "1", paramLabel = "SECOND", description = "ONNX file or zip, usually the pruned network")
    private @Nullable Path second;

    @Option(
            names = "--batch",
            split = ",",
            paramLabel = "N",
            description = "images at a time, several with commas; default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private List<Integer> batches = List.of(1);

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "threads of one run; default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private int threads;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            description = "runs of each network that count; default: ${DEFAULT-VALUE}",
            defaultValue = "200")
    private int pairs;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "runs of each network before these; default: ${DEFAULT-VALUE}",
            defaultValue = "20")
    private int warmUps;

    @Option(
            names = "--input",
            paramLabel = "CxHxW",
            description = "shape of one image, such as 3x32x32; a Deeplearning4j zip needs it",
            converter = ShapeConverter.class)
    private @Nullable TensorShape input;

    @Override
    public Integer call() throws IOException {
        List<LatencySettings> settings = batches.stream()
                .map(batch -> new LatencySettings(batch, threads, warmUps, pairs))
                .toList();
        LatencyModel left = read(Objects.requireNonNull(first));
        LatencyModel right = read(Objects.requireNonNull(second));
        PrintStream out = System.out;
        out.printf(
                "%6s %7s  %12s %25s %12s  %s%n",
                "batch", "threads", "median ms", "quartiles ms", "images/s", "network");
        for (LatencySettings each : settings) {
            try (LatencyBenchmark benchmark = new LatencyBenchmark(left, right, each)) {
                LatencyComparison comparison = benchmark.run();
                print(out, each, comparison.first(), left.name());
                print(out, each, comparison.second(), right.name());
                out.printf(
                        "%14s  the second is %.2f times as fast (95 %% interval %.2f to %.2f, %d pairs of runs)%n",
                        "", comparison.speedup(), comparison.speedupLow(), comparison.speedupHigh(), each.pairs());
            }
        }
        return 0;
    }

    private static void print(PrintStream out, LatencySettings settings, Latency latency, String name) {
        out.printf(
                "%6d %7d  %12.3f %11.3f to %10.3f %12.1f  %s%n",
                settings.batch(),
                settings.threads(),
                latency.median(),
                latency.lowerQuartile(),
                latency.upperQuartile(),
                1000 * settings.batch() / latency.median(),
                name);
    }

    private LatencyModel read(Path file) throws IOException {
        String name = file.toString();
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "'" + name + "' does not exist; give an ONNX file or a Deeplearning4j zip");
        }
        byte[] bytes = Files.readAllBytes(file);
        if (name.toLowerCase(Locale.ROOT).endsWith(ONNX)) {
            return new LatencyModel(name, bytes);
        }
        TensorShape shape = input;
        if (shape == null) {
            throw new IllegalArgumentException(
                    "'" + name + "' does not say how large its images are; give their shape, as in --input 3x32x32");
        }
        return new LatencyModel(name, OnnxWriter.write(NetworkFiles.read(bytes, name), shape));
    }

    /** Reads a shape as it is printed. */
    private static final class ShapeConverter implements ITypeConverter<TensorShape> {
        @Override
        public TensorShape convert(String text) {
            if (!text.matches("\\d{1,6}x\\d{1,6}x\\d{1,6}")) {
                throw new TypeConversionException("'" + text + "' is no shape; give one such as 3x32x32");
            }
            List<String> extents = List.of(text.split("x", -1));
            try {
                return new TensorShape(
                        Integer.parseInt(extents.get(0)),
                        Integer.parseInt(extents.get(1)),
                        Integer.parseInt(extents.get(2)));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
