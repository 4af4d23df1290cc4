package espalier.cli;

import espalier.config.StudyConfig;
import espalier.refine.RangeDecision;
import espalier.search.RefinedConfig;
import espalier.search.RoundAnalysis;
import espalier.search.StudyContext;
import espalier.search.StudyException;
import espalier.search.StudySpaces;
import espalier.space.Band;
import espalier.table.StudyFolder;
import espalier.table.TableReader;
import espalier.table.TrialRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code refine}: works the refined space out again from the tables, perhaps with other settings. */
@Command(
        name = "refine",
        description = {
            "Works out the refined space from a study's trials and prints its configuration.",
            "Change how with --set refine.when=always or --set refine.confidence=0.9; the study itself stays as it is."
        },
        mixinStandardHelpOptions = true)
final class RefineCommand implements Callable<Integer> {
    @Mixin
    private final StudyOptions options = new StudyOptions();

    @Option(names = "--round", description = "look at the trials up to this round; default: all")
    private int round;

    @Option(names = "--to", paramLabel = "FILE", description = "write the configuration here instead of printing it")
    private @Nullable Path to;

    @Override
    public Integer call() throws IOException {
        StudyConfig config = options.read();
        StudyContext study = Studies.load(config);
        StudyFolder folder = StudyFolder.of(config.output(), config.study(), new Configuration());
        if (!folder.exists()) {
            throw new StudyException("there is no study " + config.study() + " in " + config.output()
                    + "; run search first, or give the right --output");
        }
        List<TrialRow> trials;
        try (SparkSession session = SparkSessions.open(config.study())) {
            trials = new TableReader(session, folder).rows(TrialRow.class);
        }
        int last = round > 0 ? round : config.search().rounds();
        List<TrialRow> seen = trials.stream()
                .filter(row -> row.round() >= 1 && row.round() <= last)
                .toList();
        List<RangeDecision> decisions =
                new RoundAnalysis(config.refine(), study.analysisSeed(last)).decide(seen, study.space());
        decisions.forEach(decision -> System.err.println(RefinedConfig.line(decision)));
        StudyConfig refined = StudySpaces.refined(config, last, band(decisions.get(0)), band(decisions.get(1)));
        print(RefinedConfig.write(refined, last, decisions, List.of(seen.size() + " trials.")));
        return 0;
    }

    private void print(String text) throws IOException {
        if (to == null) {
            System.out.print(text);
        } else {
            Files.writeString(to, text);
        }
    }

    private static Band band(RangeDecision decision) {
        return new Band(decision.to().low(), decision.to().high());
    }
}
