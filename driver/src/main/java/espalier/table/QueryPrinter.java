package espalier.table;

import espalier.text.FirstLine;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;

/** Runs queries on the views of {@link StudyCatalog} and prints what they give. Statements that change anything are refused. */
public final class QueryPrinter {
    private static final Set<String> INSPECTIONS = Set.of("SHOW", "DESCRIBE", "DESC", "EXPLAIN");
    private static final Pattern FIRST_WORD =
            Pattern.compile("(?s)\\A(?:\\s|\\(|--[^\\n]*\\n|/\\*.*?\\*/)*([A-Za-z]+)");

    private final SparkSession session;
    private final ResultFormat format;
    private final PrintStream out;

    public QueryPrinter(SparkSession session, ResultFormat format, PrintStream out) {
        this.session = session;
        this.format = format;
        this.out = out;
    }

    /**
     * Runs one query.
     *
     * @param sql a SELECT, WITH, VALUES, SHOW, DESCRIBE or EXPLAIN statement of Spark SQL; a semicolon at its end is fine
     * @throws IllegalArgumentException with one line that says what is wrong with the statement, and where
     */
    public void print(String sql) {
        String statement = sql.strip().replaceAll("[;\\s]+\\z", "");
        requireReadOnly(
                statement, attempt(() -> session.sessionState().sqlParser().parsePlan(statement)));
        format.print(attempt(() -> QueryResult.of(session.sql(statement))), out);
    }

    /** Spark throws checked exceptions that its methods do not declare; the first line of one says what and where. */
    private static <T> T attempt(Callable<T> work) {
        try {
            return work.call();
        } catch (Exception e) {
            throw new IllegalArgumentException("cannot run the query: " + FirstLine.of(e), e);
        }
    }

    private static void requireReadOnly(String statement, LogicalPlan plan) {
        Matcher matcher = FIRST_WORD.matcher(statement);
        String word = matcher.find() ? matcher.group(1).toUpperCase(Locale.ROOT) : "";
        boolean changes = plan.exists(node -> node instanceof Command || node instanceof ParsedStatement);
        if (changes && !INSPECTIONS.contains(word)) {
            throw new IllegalArgumentException(
                    "a statement with " + word
                            + " is refused, because the result tables are only read here: use SELECT, WITH, SHOW, DESCRIBE or EXPLAIN");
        }
    }
}
