package espalier.cli;

import espalier.backend.spark.SparkBackend;
import espalier.config.DataConfig;
import espalier.config.StudyConfig;
import espalier.config.StudyConfigReader;
import espalier.config.StudyConfigWriter;
import espalier.config.StudyFingerprint;
import espalier.search.DeltaStudyStore;
import espalier.search.FirstRound;
import espalier.search.RefinedConfig;
import espalier.search.SearchLoop;
import espalier.search.StudyContext;
import espalier.search.StudyException;
import espalier.search.StudyFailedException;
import espalier.search.StudyStore;
import espalier.table.Patience;
import espalier.table.StudyFolder;
import espalier.table.StudyFolderException;
import espalier.table.StudyLock;
import espalier.table.TableReader;
import espalier.table.TableWriter;
import espalier.table.WinnerRow;
import espalier.text.FirstLine;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code search}: runs a study, or goes on with it. */
@Command(
        name = "search",
        description = {
            "Runs a study: trains the original network, searches the space, refines it, retrains the winner.",
            "A study that was interrupted goes on where it stopped when the same command runs again."
        },
        mixinStandardHelpOptions = true)
final class SearchCommand implements Callable<Integer> {
    @Mixin
    private final StudyOptions options = new StudyOptions();

    @Option(names = "--resume", description = "go on with a study, and refuse to begin a new one")
    private boolean resume;

    @Override
    public Integer call() {
        StudyConfig config = options.read();
        // The cheap checks come first: nothing is started for a study that cannot run.
        SparkSessions.requireDevice(config.training().device());
        StudyFolder folder = StudyFolder.of(config.output(), config.study(), SparkSessions.hadoop());
        checkFolder(config, folder);
        StudyContext study = Studies.load(config);
        FirstRound first = FirstRound.draw(study);
        study.method().check(study, 1);
        Patience patience = SparkSessions.patience();
        StudyFolder begun = folder.create().with(patience);
        try (StudyLock lock = folder.lock();
                SparkSession session = SparkSessions.open(config.study());
                TableWriter writer = TableWriter.open(session, begun, lock)) {
            SparkSessions.requireThreads(session, config.training().threads());
            begun.write(StudyFolder.CONFIG, StudyConfigWriter.write(config, List.of("Resolved configuration.")));
            StudyStore store = new DeltaStudyStore(begun, new TableReader(begun), writer);
            run(study, first, store, session, patience);
        }
        return 0;
    }

    @SuppressWarnings("try") // The hook acts by being there.
    private static void run(
            StudyContext study, FirstRound first, StudyStore store, SparkSession session, Patience patience) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
        try (SparkBackend backend = Studies.backend(study, context)) {
            ConsoleProgress progress = new ConsoleProgress(System.out);
            progress.say("study " + study.config().study() + ": " + Studies.summary(study));
            SearchLoop loop = new SearchLoop(study, first, backend, store, new MetricsProgress(progress).register());
            Runnable stop = () -> {
                loop.stop();
                patience.end();
            };
            try (StopHook hook = StopHook.of(stop)) {
                report(study, store, loop.run(Version.current()), progress);
            }
        } catch (StudyFolderException e) {
            // The study had begun: a folder that fails now is no bad input.
            throw new StudyFailedException(FirstLine.of(e));
        }
    }

    private void checkFolder(StudyConfig config, StudyFolder folder) {
        boolean begun = folder.exists() && folder.exists(StudyFolder.CONFIG);
        if (!begun) {
            if (resume) {
                throw new StudyException("there is no study " + config.study() + " in " + config.output()
                        + " to go on with; leave --resume out, or give the right --output");
            }
            return;
        }
        StudyConfig earlier = StudyConfigReader.read(
                folder.readText(StudyFolder.CONFIG), folder.location() + "/" + StudyFolder.CONFIG, Map.of());
        if (!StudyFingerprint.of(earlier).equals(StudyFingerprint.of(config))) {
            throw new StudyException(folder.location() + " belongs to another study ("
                    + String.join(", ", StudyFingerprint.differences(earlier, config))
                    + "); give another study name or --output");
        }
    }

    private static void report(
            StudyContext study, StudyStore store, List<WinnerRow> winners, ConsoleProgress progress) {
        StudyConfig config = study.config();
        progress.say("");
        progress.say("final (validation accuracy, mean over seeds):");
        for (WinnerRow row : winners) {
            progress.say("  %d. %-12s %6.2f %% +- %.2f   %,d MACs, %,d parameters, mCB %.3f"
                    .formatted(
                            row.rank(),
                            row.candidate(),
                            row.validationMean(),
                            row.validationStd(),
                            row.flops(),
                            row.parameters(),
                            row.mcb()));
        }
        WinnerRow winner = winners.get(0);
        progress.say("winner: %s; test accuracy %.2f %%, the original's %.2f %%"
                .formatted(winner.candidate(), winner.testAccuracy(), winner.originalTestAccuracy()));
        if (config.data().selection() == DataConfig.Selection.TEST_HALF) {
            progress.say("accuracy " + Studies.testHalf(study.images()));
        }
        progress.say("network: " + store.location(String.valueOf(winner.networkPath())));
        progress.say("tables: " + store.location("tables") + "   (./submit.sh sql \"SELECT ... FROM trials\""
                + " --output " + config.output() + ")");
        progress.say("refined space: "
                + store.location(RefinedConfig.path(config.search().rounds())) + "   (./submit.sh search runs it)");
    }
}
