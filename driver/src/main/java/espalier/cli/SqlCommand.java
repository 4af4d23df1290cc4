package espalier.cli;

import espalier.table.QueryPrinter;
import espalier.table.ResultFormat;
import espalier.table.StudyCatalog;
import espalier.table.StudyFolder;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sql}: a query over the result tables. */
@Command(
        name = "sql",
        description = {
            "Runs a query of Spark SQL over the tables of studies:",
            "studies, spaces, trials, rungs, correlations, refinements, comparisons, winners.",
            "Without --study the tables hold every study of the folder, told apart by their column study."
        },
        mixinStandardHelpOptions = true)
final class SqlCommand implements Callable<Integer> {
    /** How results are printed. */
    enum Format {
        TABLE,
        CSV,
        JSON
    }

    @Parameters(
            index = "0",
            paramLabel = "QUERY",
            description = "such as \"SELECT round, min(drop) FROM trials GROUP BY round\"")
    private String query = "";

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "folder of the studies; default: ${DEFAULT-VALUE}",
            defaultValue = "results")
    private String output = "results";

    @Option(names = "--study", paramLabel = "NAME", description = "one study alone")
    private @Nullable String study;

    @Option(
            names = "--format",
            description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}",
            defaultValue = "TABLE")
    private Format format = Format.TABLE;

    @Option(names = "--wide", description = "print a table as wide as it is, instead of cutting it to the terminal")
    private boolean wide;

    @Override
    public Integer call() {
        StudyFolder.requireNoPassword(output);
        try (SparkSession session = SparkSessions.open("sql")) {
            List<String> studies = study == null
                    ? StudyCatalog.register(session, output)
                    : StudyCatalog.register(session, output, study);
            if (studies.size() > 1) {
                System.err.println("studies: " + String.join(", ", studies));
            }
            new QueryPrinter(session, resultFormat(), System.out).print(query);
        }
        return 0;
    }

    private ResultFormat resultFormat() {
        return switch (format) {
            case TABLE ->
                wide || !Terminal.isInteractive() ? ResultFormat.wideTable() : ResultFormat.table(Terminal.width());
            case CSV -> ResultFormat.csv();
            case JSON -> ResultFormat.json();
        };
    }
}
