package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SessionState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every statement is run on real tables, next to files and a catalog that are none of a query's business. */
class QueryGuardIT extends SessionTest {
    private static final String MARK = "espalier.test.mark";

    private final SparkSession queries;
    private Map<String, String> before = Map.of();

    QueryGuardIT(@TempDir Path output) {
        super(output);
        this.queries = session.newSession();
    }

    @BeforeAll
    void writeAStudyAndOtherData() throws IOException {
        StudyFolder folder = StudyFolder.of(
                output.resolve("results").toString(),
                "alpha",
                session.sparkContext().hadoopConfiguration());
        folder.write(StudyFolder.CONFIG, "name: alpha\n");
        try (StudyLock lock = folder.lock();
                TableWriter writer = TableWriter.open(session, folder, lock)) {
            writer.append(ExampleRows.trial("alpha", "t1", 1, 0.75, 1.5));
            writer.append(ExampleRows.trial("alpha", "t2", 2, 0.75, 0.5));
        }
        StudyCatalog.register(queries, output.resolve("results").toString());
        queries.sql("SELECT 'secret' AS word").write().saveAsTable("payroll");
        queries.sql("SELECT 'secret' AS word").createOrReplaceGlobalTempView("shared");
        Files.writeString(output.resolve("notes.csv"), "secret\n");
    }

    @BeforeEach
    void look() throws IOException {
        before = state();
    }

    @AfterEach
    void nothingHasChanged() throws IOException {
        assertThat(state()).isEqualTo(before);
        assertThat(System.getProperty(MARK)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO trials SELECT * FROM trials",
                "INSERT OVERWRITE trials SELECT * FROM trials",
                "INSERT OVERWRITE DIRECTORY 'FOLDER/stolen' USING csv SELECT trial_id FROM trials",
                "INSERT OVERWRITE LOCAL DIRECTORY 'FOLDER/stolen' USING csv SELECT trial_id FROM trials",
                "FROM trials INSERT INTO payroll SELECT trial_id",
                "FROM trials INSERT INTO payroll SELECT trial_id INSERT INTO payroll SELECT status",
                "WITH t AS (SELECT 'x') INSERT INTO payroll SELECT * FROM t",
                "INSERT INTO delta.`FOLDER/results/alpha/tables/trials` SELECT * FROM trials",
                "DELETE FROM trials",
                "DELETE FROM delta.`FOLDER/results/alpha/tables/trials`",
                "UPDATE trials SET drop = 0",
                "UPDATE delta.`FOLDER/results/alpha/tables/trials` SET round = 9",
                "MERGE INTO trials USING rungs ON true WHEN MATCHED THEN DELETE",
                "CREATE TABLE t (a INT)",
                "CREATE TABLE t AS SELECT * FROM trials",
                "CREATE OR REPLACE TABLE t USING delta LOCATION 'FOLDER/stolen' AS SELECT * FROM trials",
                "CREATE TABLE t USING csv OPTIONS (path 'FOLDER/notes.csv')",
                "CREATE VIEW v AS SELECT 1",
                "CREATE TEMPORARY VIEW v USING text OPTIONS (path 'FOLDER/notes.csv')",
                "CREATE OR REPLACE TEMP VIEW trials AS SELECT 1",
                "CREATE DATABASE d LOCATION 'FOLDER/stolen'",
                "CREATE FUNCTION f AS 'a.B' USING JAR 'FOLDER/f.jar'",
                "CREATE TEMPORARY FUNCTION f AS 'org.apache.hadoop.hive.ql.udf.UDFRand' USING JAR 'FOLDER/f.jar'",
                "DROP TABLE payroll",
                "DROP TABLE delta.`FOLDER/results/alpha/tables/trials`",
                "DROP VIEW trials",
                "DROP DATABASE default CASCADE",
                "DROP TEMPORARY FUNCTION IF EXISTS f",
                "ALTER TABLE payroll RENAME TO other",
                "ALTER TABLE delta.`FOLDER/results/alpha/tables/trials` ADD COLUMN x INT",
                "ALTER VIEW trials AS SELECT 1",
                "TRUNCATE TABLE payroll",
                "COMMENT ON TABLE payroll IS 'x'",
                "ANALYZE TABLE payroll COMPUTE STATISTICS",
                "REPAIR TABLE payroll",
                "MSCK REPAIR TABLE payroll",
                "VACUUM trials",
                "VACUUM 'FOLDER/results/alpha/tables/trials' RETAIN 0 HOURS",
                "OPTIMIZE trials",
                "OPTIMIZE 'FOLDER/results/alpha/tables/trials'",
                "RESTORE TABLE delta.`FOLDER/results/alpha/tables/trials` TO VERSION AS OF 0",
                "CREATE TABLE c SHALLOW CLONE delta.`FOLDER/results/alpha/tables/trials`",
                "CONVERT TO DELTA parquet.`FOLDER/notes.csv`",
                "GENERATE symlink_format_manifest FOR TABLE delta.`FOLDER/results/alpha/tables/trials`",
                "DESCRIBE HISTORY 'FOLDER/results/alpha/tables/trials'",
                "DESCRIBE DETAIL 'FOLDER/results/alpha/tables/trials'",
                "LOAD DATA INPATH 'FOLDER/notes.csv' INTO TABLE payroll",
                "SET",
                "SET spark.sql.variable.substitute=true",
                "SET TIME ZONE 'UTC'",
                "RESET",
                "RESET spark.sql.variable.substitute",
                "ADD JAR 'FOLDER/f.jar'",
                "ADD FILE 'FOLDER/notes.csv'",
                "ADD ARCHIVE 'FOLDER/notes.csv'",
                "LIST JARS",
                "CACHE TABLE trials",
                "CACHE TABLE t AS SELECT 1",
                "UNCACHE TABLE trials",
                "CLEAR CACHE",
                "REFRESH TABLE payroll",
                "REFRESH 'FOLDER/notes.csv'",
                "REFRESH FUNCTION abs",
                "USE global_temp",
                "SHOW CREATE TABLE payroll",
                "EXPLAIN DROP TABLE payroll",
                "EXPLAIN CREATE TABLE t AS SELECT * FROM trials",
                "SELECT TRANSFORM (trial_id) USING 'cat' AS (x STRING) FROM trials",
                "FROM trials MAP trial_id USING 'cat' AS (x STRING)",
                "SELECT * FROM trials VERSION AS OF 0",
                "SELECT * FROM IDENTIFIER('payroll')",
            })
    void refusesWhatIsNoQuery(String statement) {
        refuses(statement, "is refused, because the result tables are only read here:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM csv.`FOLDER/notes.csv`",
                "SELECT * FROM text.`FOLDER/notes.csv`",
                "SELECT * FROM binaryFile.`FOLDER/notes.csv`",
                "SELECT * FROM parquet.`/etc/passwd`",
                "SELECT * FROM text.`file:/etc/passwd`",
                "SELECT * FROM delta.`FOLDER/results/alpha/tables/trials`",
                "TABLE text.`FOLDER/notes.csv`",
                "SELECT (SELECT max(value) FROM text.`FOLDER/notes.csv`)",
                "SELECT * FROM trials WHERE trial_id IN (SELECT value FROM text.`FOLDER/notes.csv`)",
                "SELECT * FROM trials WHERE EXISTS (SELECT 1 FROM text.`FOLDER/notes.csv`)",
                "SELECT count(*) FILTER (WHERE (SELECT true FROM text.`FOLDER/notes.csv`)) FROM trials",
                "SELECT * FROM trials, LATERAL (SELECT * FROM text.`FOLDER/notes.csv`)",
                "WITH t AS (SELECT * FROM text.`FOLDER/notes.csv`) SELECT * FROM t",
                "SELECT * FROM (WITH t AS (TABLE text.`FOLDER/notes.csv`) SELECT 1)",
                "SELECT 1 UNION ALL SELECT count(*) FROM text.`FOLDER/notes.csv`",
                "SELECT sum(round) OVER w FROM trials"
                        + " WINDOW w AS (ORDER BY (SELECT max(value) FROM text.`FOLDER/notes.csv`))",
                "EXPLAIN SELECT * FROM text.`FOLDER/notes.csv`",
                "DESCRIBE QUERY SELECT * FROM text.`FOLDER/notes.csv`",
                "DESCRIBE parquet.`FOLDER/notes.csv`",
                "SHOW COLUMNS IN delta.`FOLDER/results/alpha/tables/trials`",
                "SELECT * FROM default.payroll",
                "SELECT * FROM spark_catalog.default.payroll",
                "SELECT * FROM global_temp.shared",
                "SELECT * FROM payroll",
                "SELECT * FROM trials WHERE trial_id = (SELECT max(word) FROM payroll)",
                "SELECT * FROM (WITH payroll AS (SELECT 1) SELECT * FROM payroll), payroll",
            })
    void refusesToReadAnythingElse(String statement) {
        refuses(statement, "is refused, because the result tables alone are read here: use studies, spaces, rungs,");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT reflect('java.lang.System', 'setProperty', 'espalier.test.mark', 'x')",
                "SELECT Java_Method('java.lang.System', 'setProperty', 'espalier.test.mark', 'x')",
                "SELECT `reflect`('java.lang.System', 'setProperty', 'espalier.test.mark', 'x')",
                "SELECT builtin.reflect('java.lang.System', 'setProperty', 'espalier.test.mark', 'x')",
                "SELECT 1 FROM trials WHERE reflect('java.lang.System', 'setProperty', 'espalier.test.mark', 'x') = ''",
                "SELECT 1 FROM trials ORDER BY reflect('java.lang.System', 'setProperty', 'espalier.test.mark', 'x')",
                "SELECT sum(round) OVER w FROM trials"
                        + " WINDOW w AS (ORDER BY reflect('java.lang.System', 'setProperty', 'espalier.test.mark', 'x'))",
                "SELECT * FROM VALUES (reflect('java.lang.System', 'setProperty', 'espalier.test.mark', 'x'))",
                "SELECT * FROM explode(array(reflect('java.lang.System', 'setProperty', 'espalier.test.mark', 'x')))",
                "SELECT IDENTIFIER('ref' || 'lect')('java.lang.System', 'setProperty', 'espalier.test.mark', 'x')",
                "SELECT transform(widths, x -> reflect('java.lang.System', 'setProperty', 'espalier.test.mark', 'x'))"
                        + " FROM trials",
                "SELECT * FROM trials LIMIT"
                        + " length(reflect('java.lang.System', 'setProperty', 'espalier.test.mark', 'x'))",
                "EXPLAIN SELECT reflect('java.lang.System', 'setProperty', 'espalier.test.mark', 'x')",
                "SELECT * FROM trials LATERAL VIEW no_such_generator(round) t",
                "SELECT * FROM table_changes('trials', 0)",
                "SELECT * FROM table_changes_by_path('FOLDER/results/alpha/tables/trials', 0)",
                "DESCRIBE FUNCTION reflect",
                "SELECT xpath_string('<!DOCTYPE a SYSTEM \"file:///etc/hostname\"><a/>', 'a')",
                "SELECT XPath(concat('<!DOCTYPE a SYSTEM \"http://127.0.0.1/', trial_id, '\"><a/>'), 'a') FROM trials",
                "EXPLAIN SELECT xpath_int('<!DOCTYPE a SYSTEM \"file:///etc/hostname\"><a/>', 'a')",
                "SELECT no_such_function(1)",
            })
    void refusesFunctionsThatRunOtherCodeOrReadFiles(String statement) {
        refuses(
                statement,
                "is refused: use Spark's built-in functions, but for java_method, reflect, try_reflect, xpath,");
    }

    @Test
    void takesOneStatementOnly() {
        refuses("SELECT 1; DROP TABLE payroll", "cannot run the query: [PARSE_SYNTAX_ERROR]");
        refuses("DROP TABLE payroll; SELECT 1", "cannot run the query: [PARSE_SYNTAX_ERROR]");
    }

    @Test
    void putsNoSettingIntoAQuery() {
        assertThat(print("SELECT '${spark.sql.warehouse.dir}${env:PATH}${system:user.home}' AS text"))
                .isEqualTo("text\n${spark.sql.warehouse.dir}${env:PATH}${system:user.home}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM trials",
                "TABLE trials",
                "SELECT round, min(drop), stddev(mcb), percentile(drop, 0.5) FROM trials GROUP BY round HAVING count(*) > 0",
                "SELECT round, count(*) FROM trials GROUP BY GROUPING SETS ((round), ())",
                "SELECT round, count(*) FROM trials GROUP BY ROLLUP (round) ORDER BY ALL",
                "SELECT DISTINCT status FROM trials",
                "WITH best AS (SELECT * FROM trials WHERE drop < 2) SELECT count(*) FROM best",
                "WITH a AS (SELECT round FROM trials), b AS (SELECT * FROM a) SELECT * FROM a JOIN b USING (round)",
                "WITH t(n) AS (SELECT 1) SELECT n FROM t",
                "SELECT t.trial_id FROM trials t LEFT JOIN rungs r ON t.trial_id = r.trial_id WHERE r.rung IS NULL",
                "SELECT * FROM trials a CROSS JOIN trials b",
                "SELECT trial_id FROM trials a LEFT SEMI JOIN trials b ON a.round = b.round",
                "SELECT trial_id, rank() OVER (PARTITION BY round ORDER BY drop) FROM trials",
                "SELECT trial_id, sum(drop) OVER w FROM trials WINDOW w AS (ORDER BY trial_id ROWS 1 PRECEDING)",
                "SELECT trial_id FROM trials WHERE drop = (SELECT min(drop) FROM trials)",
                "SELECT trial_id FROM trials WHERE trial_id IN (SELECT trial_id FROM trials)",
                "SELECT trial_id FROM trials t WHERE EXISTS (SELECT 1 FROM trials u WHERE u.round < t.round)",
                "SELECT (SELECT count(*) FROM rungs), (SELECT max(drop) FROM trials)",
                "SELECT x.n FROM trials, LATERAL (SELECT round + 1 AS n) x",
                "SELECT trial_id, width FROM trials LATERAL VIEW explode(widths) t AS width",
                "SELECT trial_id, posexplode(widths) FROM trials",
                "SELECT transform(widths, w -> w * 2), aggregate(ratios, 0D, (a, b) -> a + b) FROM trials",
                "SELECT seconds_by_stage['train'], map_keys(seconds_by_stage) FROM trials",
                "SELECT round FROM trials UNION ALL SELECT 1",
                "SELECT round FROM trials INTERSECT SELECT 1",
                "SELECT round FROM trials EXCEPT SELECT 1",
                "SELECT * FROM (SELECT round, status FROM trials) PIVOT (count(*) FOR status IN ('COMPLETED', 'FAILED'))",
                "SELECT * FROM trials UNPIVOT (value FOR name IN (drop, mcb))",
                "SELECT /*+ BROADCAST(trials) */ * FROM trials",
                "SELECT * FROM trials TABLESAMPLE (1 ROWS)",
                "SELECT * FROM trials ORDER BY drop LIMIT 1 OFFSET 1",
                "SELECT * FROM trials DISTRIBUTE BY round",
                "SELECT * FROM trials CLUSTER BY round",
                "SELECT * FROM range(3)",
                "SELECT * FROM explode(array(1, 2))",
                "SELECT CASE WHEN drop < 1 THEN 'good' ELSE 'bad' END, CAST(round AS STRING), date '2026-01-01' FROM trials",
                "SELECT count(*) FILTER (WHERE drop < 1) FROM trials",
                "SELECT current_date(), current_timestamp(), IF(true, 1, 2), trim(BOTH 'x' FROM 'xax')",
                "VALUES (1), (2)",
                "FROM trials SELECT drop",
                "SHOW TABLES",
                "SHOW VIEWS",
                "SHOW COLUMNS IN trials",
                "SHOW FUNCTIONS LIKE 'abs'",
                "DESCRIBE trials",
                "DESC EXTENDED trials",
                "DESCRIBE TABLE trials drop",
                "DESCRIBE QUERY SELECT drop FROM trials",
                "DESCRIBE SELECT drop FROM trials",
                "DESCRIBE FUNCTION abs",
                "EXPLAIN SELECT drop FROM trials WHERE drop > (SELECT avg(drop) FROM trials)",
                "EXPLAIN FORMATTED WITH t AS (SELECT 1) SELECT * FROM t",
            })
    void runsWhatReadsTheResults(String statement) {
        assertThat(print(statement)).isNotBlank();
    }

    private void refuses(String statement, String message) {
        assertThatThrownBy(() -> print(statement))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private String print(String statement) {
        String sql = statement.replace("FOLDER", output.toString());
        return Printed.by(out -> new QueryPrinter(queries, ResultFormat.csv(), out).print(sql));
    }

    /** Files with their size and time, tables, settings, functions and jars of the session. */
    private Map<String, String> state() throws IOException {
        Map<String, String> state = new TreeMap<>();
        try (Stream<Path> files = Files.walk(output)) {
            for (Path file : files.toList()) {
                state.put(file.toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
        }
        SessionState session = queries.sessionState();
        state.put("tables", session.catalog().listTables("default").mkString());
        state.put("databases", session.catalog().listDatabases().mkString());
        state.put("functions", session.functionRegistry().listFunction().size() + "");
        state.put("settings", queries.conf().getAll().toString());
        state.put("database", session.catalog().getCurrentDatabase());
        state.put("jars", queries.sparkContext().listJars().mkString());
        state.put("files", queries.sparkContext().listFiles().mkString());
        state.put("cache", Boolean.toString(queries.sharedState().cacheManager().isEmpty()));
        return state;
    }
}
