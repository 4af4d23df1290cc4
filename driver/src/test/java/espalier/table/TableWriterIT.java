package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableWriterIT extends SessionTest {
    private static final CountDownLatch TRIALS_MAY_END = new CountDownLatch(1);

    TableWriterIT(@TempDir Path output) {
        super(output);
    }

    @Test
    void readsBackEveryRowOfEveryTable() {
        StudyFolder folder = folder("every");
        List<ResultRow> rows = ExampleRows.oneOfEach("every");

        write(folder, rows);

        TableReader reader = new TableReader(folder);
        assertThat(reader.rows(StudyRow.class)).containsExactly((StudyRow) rows.get(0));
        assertThat(reader.rows(SpaceRow.class)).containsExactly((SpaceRow) rows.get(1));
        assertThat(reader.rows(TrialRow.class)).containsExactly((TrialRow) rows.get(2));
        assertThat(reader.rows(RungRow.class)).containsExactly((RungRow) rows.get(3));
        assertThat(reader.rows(CorrelationRow.class)).containsExactly((CorrelationRow) rows.get(4));
        assertThat(reader.rows(RefinementRow.class)).containsExactly((RefinementRow) rows.get(5));
        assertThat(reader.rows(ComparisonRow.class)).containsExactly((ComparisonRow) rows.get(6));
        assertThat(reader.rows(WinnerRow.class)).containsExactly((WinnerRow) rows.get(7));
    }

    @Test
    void readsNoRowsFromATableThatWasNotWritten() {
        assertThat(new TableReader(folder("nothing")).rows(TrialRow.class)).isEmpty();
    }

    @Test
    void aResumedStudyLeavesOutTheRowsThatAreThere() {
        StudyFolder folder = folder("resumed");
        write(folder, List.of(ExampleRows.trial("resumed", "t1", 1, 0.9, 1.0), ExampleRows.rung("resumed", "t1", 0)));

        write(
                folder,
                List.of(
                        ExampleRows.trial("resumed", "t1", 1, 0.9, 2.0),
                        ExampleRows.failedTrial("resumed", "t2"),
                        ExampleRows.rung("resumed", "t1", 0),
                        ExampleRows.rung("resumed", "t1", 1)));

        TableReader reader = new TableReader(folder);
        assertThat(reader.rows(TrialRow.class))
                .containsExactly(
                        ExampleRows.trial("resumed", "t1", 1, 0.9, 1.0), ExampleRows.failedTrial("resumed", "t2"));
        assertThat(reader.rows(RungRow.class)).extracting(RungRow::rung).containsExactly(0, 1);
    }

    @Test
    void takesRowsFromEightThreadsAndKeepsEachKeyOnce() throws Exception {
        StudyFolder folder = folder("threads");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (StudyLock lock = folder.lock();
                TableWriter writer = TableWriter.open(session, folder, lock)) {
            var appends = IntStream.range(0, 400)
                    .mapToObj(i -> ExampleRows.trial("threads", "t" + 1000 + i % 200))
                    .map(row -> threads.submit(() -> writer.append(row)))
                    .toList();
            for (var append : appends) {
                append.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(new TableReader(folder).rows(TrialRow.class))
                .hasSize(200)
                .extracting(TrialRow::trialId)
                .doesNotHaveDuplicates();
    }

    @Test
    void writesWhileTrialsTakeEverySlot() throws Exception {
        StudyFolder folder = folder("busy");
        JavaFutureAction<Void> trials = new JavaSparkContext(session.sparkContext())
                .parallelize(List.of(1, 2), 2)
                .foreachAsync(trial -> TRIALS_MAY_END.await());
        try {
            write(folder, ExampleRows.oneOfEach("busy"));
            assertThat(trials.isDone()).isFalse();
        } finally {
            TRIALS_MAY_END.countDown();
            trials.get();
        }

        assertThat(new TableReader(folder).rows(TrialRow.class)).hasSize(1);
    }

    @Test
    void mergesSmallFilesAndGoesOn() {
        StudyFolder folder = folder("compacted");
        try (StudyLock lock = folder.lock();
                TableWriter writer = TableWriter.open(session, folder, lock)) {
            for (int i = 10; i < 30; i++) {
                writer.append(ExampleRows.trial("compacted", "t" + i));
                writer.flush();
            }
            assertThat(files(folder)).isEqualTo(20);

            writer.compact();
            assertThat(files(folder)).isEqualTo(1);

            writer.append(ExampleRows.trial("compacted", "t10"));
            writer.append(ExampleRows.trial("compacted", "t30"));
        }
        write(folder, List.of(ExampleRows.trial("compacted", "t30"), ExampleRows.trial("compacted", "t31")));

        assertThat(new TableReader(folder).rows(TrialRow.class))
                .extracting(TrialRow::trialId)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(10, 31).mapToObj(i -> "t" + i).toList());
    }

    @Test
    void mergesFilesInTheMidstOfALongRound() {
        StudyFolder folder = folder("long");
        try (StudyLock lock = folder.lock();
                TableWriter writer = TableWriter.open(session, folder, lock)) {
            for (int i = 1000; i < 1300; i++) {
                writer.append(ExampleRows.trial("long", "t" + i));
                writer.flush();
            }
        }

        assertThat(files(folder)).isEqualTo(1 + 300 - 256);
        List<String> expected =
                IntStream.range(1000, 1300).mapToObj(i -> "t" + i).toList();
        assertThat(new TableReader(folder).rows(TrialRow.class))
                .extracting(TrialRow::trialId)
                .containsExactlyElementsOf(expected);
        String table = folder.location(ResultTable.TRIALS);
        assertThat(session.read()
                        .format("delta")
                        .load(table)
                        .select("trial_id")
                        .as(Encoders.STRING())
                        .collectAsList())
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(Path.of(URI.create(table + "/_delta_log/_last_checkpoint"))).exists();
        // What was read before stays readable.
        assertThat(session.read()
                        .format("delta")
                        .option("versionAsOf", 9)
                        .load(table)
                        .count())
                .isEqualTo(10);
    }

    @Test
    void goesOnWhereFilesCannotBeMerged() throws IOException {
        StudyFolder folder = folder("unmerged");
        try (StudyLock lock = folder.lock();
                TableWriter writer = TableWriter.open(session, folder, lock)) {
            for (int i = 10; i < 30; i++) {
                writer.append(ExampleRows.trial("unmerged", "t" + i));
                writer.flush();
            }
            Path data;
            try (Stream<Path> files = Files.list(Path.of(URI.create(folder.location(ResultTable.TRIALS))))) {
                data = files.filter(file -> file.toString().endsWith(".parquet"))
                        .findFirst()
                        .orElseThrow();
            }
            Path away = Files.move(data, data.resolveSibling("away"));
            writer.compact();
            Files.move(away, data);
            writer.append(ExampleRows.trial("unmerged", "t30"));
        }

        assertThat(new TableReader(folder).rows(TrialRow.class)).hasSize(21);
    }

    @Test
    void worksOnAFileSystemThatIsNotLocal() {
        Configuration hadoop = session.sparkContext().hadoopConfiguration();
        OtherFileSystem.configuration()
                .getPropsWithPrefix("fs.")
                .forEach((key, value) -> hadoop.setIfUnset("fs." + key, value));
        StudyFolder folder = StudyFolder.of("other:" + output, "other", hadoop);

        write(folder, List.of(ExampleRows.trial("other", "t1")));
        write(folder, List.of(ExampleRows.trial("other", "t1"), ExampleRows.trial("other", "t2")));

        assertThat(new TableReader(folder).rows(TrialRow.class)).hasSize(2);
    }

    @Test
    void refusesATableThatAnotherVersionWrote() {
        StudyFolder folder = folder("older");
        session.sql("SELECT 'older' AS study, 't1' AS trial_id, 0.5D AS drop")
                .write()
                .format("delta")
                .save(folder.location(ResultTable.TRIALS));

        assertThatThrownBy(() -> write(folder, List.of()))
                .isInstanceOf(StudyFolderException.class)
                .hasMessageContaining("older/tables/trials")
                .hasMessageContaining("has other columns than this version writes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "\"configuration\":{} ~ \"configuration\":{\"delta.constraints.c\":\"reflect('a.B', 'c')\"}",
                "\\\"metadata\\\":{} ~ \\\"metadata\\\":{\\\"delta.invariants\\\":\\\"x\\\"}",
            })
    void refusesATableWithExpressionsOfItsOwn(String found, String planted, @TempDir Path elsewhere)
            throws IOException {
        StudyFolder folder = StudyFolder.of(
                elsewhere.toString(), "planted", session.sparkContext().hadoopConfiguration());
        write(folder, List.of(ExampleRows.rung("planted", "t1", 0)));
        Path log = elsewhere.resolve("planted/tables/rungs/_delta_log");
        Path commit = log.resolve("00000000000000000000.json");
        String text = Files.readString(commit);
        assertThat(text).contains(found);
        Files.writeString(commit, text.replace(found, planted));
        Files.deleteIfExists(log.resolve(".00000000000000000000.json.crc"));

        assertThatThrownBy(() -> write(folder, List.of()))
                .isInstanceOf(StudyFolderException.class)
                .hasMessageContaining(
                        "has constraints or invariants, which this version never writes and does not run");
    }

    @Test
    void refusesATableWithADeltaFeatureThatItDoesNotKnow() {
        StudyFolder folder = folder("feature");
        write(folder, List.of(ExampleRows.rung("feature", "t1", 0)));
        DeltaTable.forPath(session, folder.location(ResultTable.RUNGS)).upgradeTableProtocol(1, 4);

        assertThatThrownBy(() -> write(folder, List.of()))
                .isInstanceOf(StudyFolderException.class)
                .hasMessageContaining("asks for Delta reader version 1 and writer version 4")
                .hasMessageContaining("go on under another study name");
    }

    private StudyFolder folder(String study) {
        return StudyFolder.of(output.toString(), study, session.sparkContext().hadoopConfiguration());
    }

    private void write(StudyFolder folder, List<? extends ResultRow> rows) {
        try (StudyLock lock = folder.lock();
                TableWriter writer = TableWriter.open(session, folder, lock)) {
            rows.forEach(writer::append);
        }
    }

    private long files(StudyFolder folder) {
        Row detail = DeltaTable.forPath(session, folder.location(ResultTable.TRIALS))
                .detail()
                .first();
        return detail.<Long>getAs("numFiles");
    }
}
