package espalier.cli;

import espalier.backend.spark.SparkBackend;
import espalier.config.StudyConfigReader;
import espalier.dl4j.NetworkFiles;
import espalier.onnx.OnnxWriter;
import espalier.search.StudyContext;
import espalier.search.StudyException;
import espalier.search.TrialExport;
import espalier.table.StudyFolder;
import espalier.table.TableReader;
import espalier.table.TrialRow;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export}: a network of a study, as a Deeplearning4j zip or as an ONNX file. */
@Command(
        name = "export",
        description = {
            "Writes the network of a study's winner, or of one of its trials, as a Deeplearning4j zip or, to a name that"
                    + " ends in .onnx, as an ONNX file with the outputs logits and probabilities.",
            "The network of a trial that was not kept is made again from its seed, and checked against its accuracy."
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    private static final String WINNER = "winner";

    @Parameters(index = "0", paramLabel = "STUDY", description = "the study's name")
    private @Nullable String study;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TRIAL",
            description = "a trial's id, or winner; default: ${DEFAULT-VALUE}",
            defaultValue = WINNER)
    private String trial = WINNER;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            required = true,
            description = "zip or .onnx file to write, a path or a URI")
    private @Nullable String to;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "folder of the studies; default: ${DEFAULT-VALUE}",
            defaultValue = "results")
    private String output = "results";

    @Override
    public Integer call() throws IOException {
        String name = Objects.requireNonNull(study);
        Target target = Target.of(Objects.requireNonNull(to));
        StudyFolder folder = StudyFolder.of(output, name, SparkSessions.hadoop());
        if (!folder.exists() || !folder.exists(StudyFolder.CONFIG)) {
            throw new StudyException("there is no study " + name + " in " + output + "; give the right --output");
        }
        String kept = TrialExport.networkFile(trial);
        byte[] network = folder.exists(kept) ? folder.readBytes(kept) : again(folder);
        byte[] content = target.endsWith(".onnx") ? onnx(folder, network) : network;
        target.write(content);
        System.out.println(target + " (" + content.length + " bytes)");
        return 0;
    }

    private byte[] onnx(StudyFolder folder, byte[] network) {
        return OnnxWriter.write(
                NetworkFiles.read(network, trial), context(folder).network().input());
    }

    private static StudyContext context(StudyFolder folder) {
        return Studies.load(StudyConfigReader.read(
                folder.readText(StudyFolder.CONFIG), folder.location() + "/" + StudyFolder.CONFIG, Map.of()));
    }

    private byte[] again(StudyFolder folder) {
        if (trial.equals(WINNER)) {
            throw new StudyException("study " + folder.name() + " has no winner yet; run search to its end");
        }
        StudyContext context = context(folder);
        SparkSessions.requireDevice(context.config().training().device());
        try (SparkSession session = SparkSessions.open(folder.name())) {
            TrialRow row = new TableReader(folder)
                    .rows(TrialRow.class).stream()
                            .filter(each -> each.trialId().equals(trial))
                            .findFirst()
                            .orElseThrow(() -> new StudyException("study " + folder.name() + " has no trial '" + trial
                                    + "'; sql \"SELECT trial_id FROM trials\" lists them"));
            JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
            try (SparkBackend backend = Studies.backend(context, spark)) {
                return new TrialExport(context, backend)
                        .again(row, folder.readBytes(TrialExport.networkFile("original-1")));
            }
        }
    }
}
