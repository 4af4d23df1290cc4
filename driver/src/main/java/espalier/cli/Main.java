package espalier.cli;

import espalier.data.DataException;
import espalier.dl4j.Backends;
import espalier.search.StudyException;
import espalier.search.StudyFailedException;
import espalier.space.SpaceException;
import espalier.table.StudyFolderException;
import espalier.text.Credentials;
import java.util.Locale;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The program. */
@Command(
        name = "espalier",
        description = "Searches the pruning space of a network on Apache Spark.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            SearchCommand.class,
            DescribeCommand.class,
            SampleCommand.class,
            RefineCommand.class,
            SqlCommand.class,
            ExportCommand.class,
            LatencyCommand.class,
            LatencyTableCommand.class,
            DataCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done",
            " 1:the work could not be finished; what is done stays done",
            " 2:bad input: one line on standard error names it and the mend; nothing was changed"
        },
        footer = {"", "Every command has its own --help."})
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private static final int FAILED = 1;
    private static final int BAD_INPUT = 2;

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        // Numbers look the same everywhere: tables hold texts with them, and CSV separates by commas.
        Locale.setDefault(Locale.ROOT);
        int exitCode = FAILED;
        try {
            exitCode = run(arguments);
        } finally {
            StopHook.done();
        }
        // A driver inside a cluster has an application master around it, to which a process that exits has crashed.
        boolean insideCluster = "cluster".equals(System.getProperty("spark.submit.deployMode"));
        if (exitCode != 0 || !insideCluster) {
            System.exit(exitCode);
        }
    }

    /** Runs a command. */
    static int run(String... arguments) {
        // GPUs are for trials.
        Backends.useCpu();
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.setParameterExceptionHandler(Main::badParameter);
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> failed(failure));
        return commandLine.execute(arguments);
    }

    private static int badParameter(ParameterException problem, String... arguments) {
        System.err.println("espalier: " + Credentials.hiddenIn(String.valueOf(problem.getMessage())) + "; see --help");
        return BAD_INPUT;
    }

    private static int failed(Exception failure) {
        LOG.debug("command failed", failure);
        boolean badInput = failure instanceof IllegalArgumentException
                || failure instanceof DataException
                || failure instanceof SpaceException
                || failure instanceof StudyException
                || failure instanceof StudyFolderException;
        if (!badInput && !(failure instanceof StudyFailedException)) {
            LOG.error("unexpected", failure);
        }
        String message = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        Credentials.hiddenIn(message).lines().forEach(line -> System.err.println("espalier: " + line));
        return badInput ? BAD_INPUT : FAILED;
    }
}
