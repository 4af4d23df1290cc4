package espalier.table;

import espalier.text.FirstLine;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs queries on the views of {@link StudyCatalog} and prints what they give. All else is refused before anything is run. */
public final class QueryPrinter {
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
     * @param sql a SELECT, WITH, VALUES, SHOW, DESCRIBE or EXPLAIN statement of Spark SQL, with its built-in functions; a semicolon at its end is
     *     fine
     * @throws IllegalArgumentException with one line that says what is wrong with the statement, and where
     */
    public void print(String sql) {
        String statement = sql.strip().replaceAll("[;\\s]+\\z", "");
        QueryGuard.checkStatement(
                attempt(() -> session.sessionState().sqlParser().parsePlan(statement)));
        Dataset<Row> rows = attempt(() -> session.sql(statement));
        QueryGuard.checkSources(rows.queryExecution().analyzed());
        format.print(attempt(() -> QueryResult.of(rows)), out);
    }

    /** Spark throws checked exceptions that its methods do not declare; the first line of one says what and where. */
    private static <T> T attempt(Callable<T> work) {
        try {
            return work.call();
        } catch (Exception e) {
            throw new IllegalArgumentException("cannot run the query: " + FirstLine.of(e), e);
        }
    }
}
