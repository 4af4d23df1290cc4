package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StudyCatalogIT extends SessionTest {
    private final String results;
    private final SparkSession alpha;
    private final SparkSession beta;

    StudyCatalogIT(@TempDir Path output) {
        super(output);
        this.results = output.resolve("results").toString();
        this.alpha = session.newSession();
        this.beta = session.newSession();
    }

    @BeforeAll
    void writeTwoStudies() {
        write(
                "alpha",
                List.of(
                        ExampleRows.trial("alpha", "t1", 1, 0.75, 1.5),
                        ExampleRows.trial("alpha", "t2", 1, 1.25, 0.5),
                        ExampleRows.trial("alpha", "t3", 2, 1.0, 0.25)));
        write("beta", ExampleRows.oneOfEach("beta"));
        assertThat(StudyCatalog.register(alpha, results, "alpha")).containsExactly("alpha");
        assertThat(StudyCatalog.register(beta, results, "beta")).containsExactly("beta");
    }

    @Test
    void joinsAllStudiesBelowAFolder() {
        assertThat(StudyCatalog.register(session, results)).containsExactly("alpha", "beta");

        assertThat(csv(session, "SELECT study, count(*) AS n FROM trials GROUP BY study ORDER BY study"))
                .isEqualTo("study,n\nalpha,3\nbeta,1\n");
    }

    @Test
    void answersTheQueryAsTyped() {
        assertThat(Printed.by(out -> new QueryPrinter(alpha, ResultFormat.table(80), out)
                        .print("SELECT round, count(*), min(drop), avg(mcb) FROM trials GROUP BY round")))
                .isEqualTo("""
                        round  count(1)  min(drop)  avg(mcb)
                        -----  --------  ---------  --------
                            1         2        0.5         1
                            2         1       0.25         1
                        (2 rows)
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"studies", "spaces", "trials", "rungs", "refinements", "comparisons", "winners"})
    void everyTableIsAViewEvenBeforeItIsWritten(String view) {
        assertThat(csv(alpha, "SELECT * FROM " + view)).startsWith("study,");
        assertThat(alpha.table(view).schema().fieldNames())
                .isEqualTo(ResultTable.valueOf(view.toUpperCase(Locale.ROOT))
                        .schema()
                        .fieldNames());
    }

    @Test
    void columnsNamedLikeKeywordsNeedNoQuotes() {
        assertThat(csv(
                        beta,
                        "SELECT left, right, rank, round, drop FROM comparisons JOIN winners USING (study)"
                                + " JOIN trials USING (study, round)"))
                .isEqualTo("left,right,rank,round,drop\nrefined,initial,1,1,1.5\n");
    }

    @Test
    void printsJsonWithListsMapsAndTimes() {
        assertThat(print(
                        beta,
                        ResultFormat.json(),
                        "SELECT trial_id, widths, seconds_by_stage, started_at, reason FROM trials;"))
                .isEqualTo("""
                        [
                        {"trial_id":"t1","widths":[8,16,31],"seconds_by_stage":{"prune":0.5,"train":12.0},\
                        "started_at":"2026-01-02T03:04:05.123456Z","reason":null}
                        ]
                        """);
    }

    @Test
    void saysWhatToDoWhereThereIsNoStudy() {
        assertThatThrownBy(() -> StudyCatalog.register(session, results + "/nowhere"))
                .isInstanceOf(StudyFolderException.class)
                .hasMessage("no study below " + results + "/nowhere: run one first, or name the folder that holds it");
    }

    @Test
    void guessesTheStudyThatWasMeant() {
        assertThatThrownBy(() -> StudyCatalog.register(session, results, "alhpa"))
                .isInstanceOf(StudyFolderException.class)
                .hasMessage("no study 'alhpa' below " + results + ": did you mean 'alpha'?");
        assertThatThrownBy(() -> StudyCatalog.register(session, results, "something-else"))
                .hasMessageEndingWith(": there are alpha, beta");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP VIEW trials",
                "insert into trials select * from trials",
                "WITH t AS (SELECT 1) INSERT INTO trials SELECT * FROM t",
                "FROM trials INSERT INTO trials SELECT *",
                "-- a comment\nDELETE FROM trials",
                "/* c */ TRUNCATE TABLE trials",
                "CREATE TEMP VIEW v AS SELECT 1",
                "SET spark.sql.shuffle.partitions=3",
                "VACUUM trials",
                "MERGE INTO trials USING rungs ON true WHEN MATCHED THEN DELETE"
            })
    void refusesWhatIsNoQuery(String statement) {
        assertThatThrownBy(() -> csv(alpha, statement))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is refused, because the result tables are only read here")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WITH best AS (SELECT * FROM trials WHERE drop < 1) SELECT count(*) FROM best",
                "(SELECT 1)",
                "VALUES (1), (2)",
                "FROM trials SELECT drop",
                "SHOW VIEWS",
                "DESCRIBE trials",
                "EXPLAIN SELECT 1"
            })
    void runsEveryKindOfQuery(String statement) {
        assertThat(csv(alpha, statement)).isNotBlank();
    }

    @Test
    void saysInOneLineWhatIsWrongAndWhere() {
        assertThatThrownBy(() -> csv(alpha, "SELECT drp FROM trials"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("`drp` cannot be resolved. Did you mean")
                .hasMessageContaining("line 1 pos 7")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> csv(alpha, "SELECT drop\nFORM trials"))
                .hasMessageContaining("Syntax error at or near")
                .hasMessageContaining("line 2, pos")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> csv(alpha, "SELECT * FROM trails"))
                .hasMessageContaining("`trails` cannot be found")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> csv(alpha, "SELECT raise_error('by hand') FROM trials"))
                .hasMessageContaining("by hand")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> csv(alpha, " ; ")).hasMessageNotContaining("\n");
    }

    private static String csv(SparkSession session, String sql) {
        return print(session, ResultFormat.csv(), sql);
    }

    private static String print(SparkSession session, ResultFormat format, String sql) {
        return Printed.by(out -> new QueryPrinter(session, format, out).print(sql));
    }

    private void write(String study, List<? extends ResultRow> rows) {
        StudyFolder folder =
                StudyFolder.of(results, study, session.sparkContext().hadoopConfiguration());
        folder.write(StudyFolder.CONFIG, "name: " + study + "\n");
        try (StudyLock lock = folder.lock();
                TableWriter writer = TableWriter.open(session, folder, lock)) {
            rows.forEach(writer::append);
        }
    }
}
