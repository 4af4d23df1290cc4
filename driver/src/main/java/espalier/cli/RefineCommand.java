package espalier.cli;

import espalier.config.StudyConfig;
import espalier.search.RefinedConfig;
import espalier.search.Refinement;
import espalier.search.StudyContext;
import espalier.search.StudyException;
import espalier.table.SpaceRow;
import espalier.table.StudyFolder;
import espalier.table.TableReader;
import espalier.table.TrialRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code refine}: works the refined space out again from the tables, perhaps with other settings. */
@Command(
        name = "refine",
        description = {
            "Works out from a study's trials how to refine the space of its last round, and prints the configuration.",
            "Change how with --set refine.when=always or --set refine.confidence=0.9; the study itself stays as it is."
        },
        mixinStandardHelpOptions = true)
final class RefineCommand implements Callable<Integer> {
    @Mixin
    private final StudyOptions options = new StudyOptions();

    @Option(names = "--round", description = "look at the trials up to this round; default: all")
    private int round;

    @Option(names = "--to", paramLabel = "FILE", description = "write the configuration here instead of printing it")
    private @Nullable String to;

    @Override
    public Integer call() throws IOException {
        StudyConfig config = options.read();
        Target target = to == null ? null : Target.of(to);
        StudyContext study = Studies.load(config);
        StudyFolder folder = StudyFolder.of(config.output(), config.study(), SparkSessions.hadoop());
        if (!folder.exists()) {
            throw new StudyException("there is no study " + config.study() + " in " + config.output()
                    + "; run search first, or give the right --output");
        }
        TableReader tables = new TableReader(folder);
        int last = round > 0 ? round : config.search().rounds();
        Refinement refinement = Refinement.of(study, tables.rows(TrialRow.class), tables.rows(SpaceRow.class), last);
        refinement.decisions().forEach(decision -> System.err.println(RefinedConfig.line(decision)));
        refinement.remarks().forEach(System.err::println);
        print(RefinedConfig.write(study, last, refinement), target);
        return 0;
    }

    private static void print(String text, @Nullable Target target) throws IOException {
        if (target == null) {
            System.out.print(text);
        } else {
            target.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
