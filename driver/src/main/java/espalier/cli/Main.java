package espalier.cli;

import espalier.data.DataException;
import espalier.dl4j.Backends;
import espalier.search.StudyException;
import espalier.search.StudyFailedException;
import espalier.space.SpaceException;
import espalier.table.StudyFolderException;
import espalier.text.Credentials;
import java.util.ArrayList;
import java.util.List;
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
            TrainCommand.class,
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

    /** What the user was told of a failure. */
    private final List<String> complaints = new ArrayList<>();

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        // Numbers look the same everywhere: tables hold texts with them, and CSV separates by commas.
        Locale.setDefault(Locale.ROOT);
        Main program = new Main();
        int exitCode = FAILED;
        try {
            exitCode = program.execute(arguments);
        } finally {
            StopHook.done();
        }
        // Around a driver inside a cluster is an application master, to which a process that exits has crashed; what is
        // thrown it tells the user.
        boolean insideCluster = "cluster".equals(System.getProperty("spark.submit.deployMode"));
        if (!insideCluster) {
            System.exit(exitCode);
        }
        if (exitCode != 0) {
            throw new CommandFailedException(String.join("; ", program.complaints));
        }
    }

    /** Runs a command. */
    static int run(String... arguments) {
        return new Main().execute(arguments);
    }

    private int execute(String... arguments) {
        // GPUs are for trials.
        Backends.useCpu();
        CommandLine commandLine = new CommandLine(this);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.setParameterExceptionHandler(this::badParameter);
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> failed(failure));
        return commandLine.execute(arguments);
    }

    private int badParameter(ParameterException problem, String... arguments) {
        complain(problem.getMessage() + "; see --help");
        return BAD_INPUT;
    }

    private int failed(Exception failure) {
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
        message.lines().forEach(this::complain);
        return badInput ? BAD_INPUT : FAILED;
    }

    private void complain(String message) {
        String line = Credentials.hiddenIn(message);
        complaints.add(line);
        System.err.println("espalier: " + line);
    }

    /** Carries a message, and no stack trace, out of a process that must not exit by itself. */
    private static final class CommandFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CommandFailedException(String message) {
            super(message, null, false, false);
        }
    }
}
