package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TableWriterTest {
    private final FakeTables tables = new FakeTables();

    @Test
    void writesEachRowToItsTable() {
        try (TableWriter writer = writer()) {
            ExampleRows.oneOfEach("demo").forEach(writer::append);
            writer.flush();
            for (ResultTable table : ResultTable.values()) {
                assertThat(tables.of(table).rows).hasSize(1);
            }
        }
    }

    @Test
    void keepsTheFirstOfTwoRowsWithOneKey() {
        try (TableWriter writer = writer()) {
            writer.append(ExampleRows.trial("demo", "t1", 1, 0.9, 1.0));
            writer.append(ExampleRows.trial("demo", "t1", 1, 0.9, 2.0));
            writer.flush();
            writer.append(ExampleRows.trial("demo", "t1", 1, 0.9, 3.0));
            writer.append(ExampleRows.rung("demo", "t1", 0));
            writer.append(ExampleRows.rung("demo", "t1", 1));
        }

        assertThat(tables.of(ResultTable.TRIALS).rows).containsExactly(ExampleRows.trial("demo", "t1", 1, 0.9, 1.0));
        assertThat(tables.of(ResultTable.RUNGS).rows).hasSize(2);
    }

    @Test
    void leavesOutWhatTheTableHasAlready() {
        tables.of(ResultTable.TRIALS).rows.add(ExampleRows.trial("demo", "t1"));

        try (TableWriter writer = writer()) {
            writer.append(ExampleRows.trial("demo", "t1"));
            writer.append(ExampleRows.trial("demo", "t2"));
        }

        assertThat(tables.of(ResultTable.TRIALS).keys())
                .containsExactlyInAnyOrder(List.of("demo", "t1"), List.of("demo", "t2"));
        assertThat(tables.of(ResultTable.TRIALS).rows).hasSize(2);
    }

    @Test
    void commitsTogetherWhatGathersDuringAWrite() throws InterruptedException {
        FakeStore trials = tables.of(ResultTable.TRIALS);
        trials.gate = new CountDownLatch(1);
        try (TableWriter writer = writer()) {
            writer.append(ExampleRows.trial("demo", "t0"));
            trials.entered.await();
            IntStream.rangeClosed(1, 100).forEach(i -> writer.append(ExampleRows.trial("demo", "t" + i)));
            trials.gate.countDown();
        }

        assertThat(trials.groups).containsExactly(1, 100);
    }

    @Test
    void takesRowsFromManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (TableWriter writer = writer()) {
            var appends = IntStream.range(0, 800)
                    .mapToObj(i -> threads.submit(() -> writer.append(ExampleRows.rung("demo", "t" + i / 2, i % 2))))
                    .toList();
            for (var append : appends) {
                append.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(tables.of(ResultTable.RUNGS).rows).hasSize(800);
    }

    @Test
    void triesAgainAfterAFailure() {
        tables.of(ResultTable.TRIALS).failures = 3;

        try (TableWriter writer = writer()) {
            writer.append(ExampleRows.trial("demo", "t1"));
            writer.flush();
        }

        assertThat(tables.of(ResultTable.TRIALS).rows).hasSize(1);
    }

    @Test
    void surfacesAFailureThatStaysAndSaysHowManyRowsAreNotWritten() {
        tables.of(ResultTable.TRIALS).failures = Integer.MAX_VALUE;
        TableWriter writer = writer();
        writer.append(ExampleRows.trial("demo", "t1"));
        assertThatThrownBy(writer::flush).isInstanceOf(StudyFolderException.class);

        for (Runnable use : List.<Runnable>of(
                writer::flush, writer::compact, () -> writer.append(ExampleRows.trial("demo", "t2")), writer::close)) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(StudyFolderException.class)
                    .hasMessage(
                            "cannot write the tables of study demo (IOException: disk is full); rows not written: 1; mend the"
                                    + " output folder and resume the study");
        }
    }

    @Test
    void anErrorInTheWriterSurfacesToo() {
        tables.of(ResultTable.TRIALS).error = new NoClassDefFoundError("Codec");
        TableWriter writer = writer();
        writer.append(ExampleRows.trial("demo", "t1"));

        assertThatThrownBy(writer::close)
                .isInstanceOf(StudyFolderException.class)
                .hasMessageContaining("(NoClassDefFoundError: Codec); rows not written: 1;");
    }

    @Test
    void doesNotWriteOnceTheLockIsLost() {
        TableWriter writer = new TableWriter(
                "demo",
                () -> {
                    throw new StudyFolderException("the lock is no longer held");
                },
                Patience.NONE,
                tables::of);
        writer.append(ExampleRows.trial("demo", "t1"));

        assertThatThrownBy(writer::close).hasMessageContaining("the lock is no longer held");
        assertThat(tables.of(ResultTable.TRIALS).rows).isEmpty();
    }

    @Test
    void compactsAfterWriting() {
        try (TableWriter writer = writer()) {
            writer.append(ExampleRows.trial("demo", "t1"));
            writer.compact();
        }

        assertThat(tables.of(ResultTable.TRIALS).rowsWhenCompacted).isEqualTo(1);
    }

    @Test
    void refusesTheRowOfAnotherStudy() {
        try (TableWriter writer = writer()) {
            assertThatThrownBy(() -> writer.append(ExampleRows.trial("other", "t1")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("study of the row is 'other': this writer takes rows of 'demo' only");
        }
    }

    @Test
    void refusesRowsOnceItIsClosed() {
        TableWriter writer = writer();
        writer.close();
        writer.close();

        assertThatThrownBy(() -> writer.append(ExampleRows.trial("demo", "t1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    private TableWriter writer() {
        return new TableWriter(
                "demo", () -> {}, new Patience(Duration.ofMillis(200), Duration.ofMillis(1)), tables::of);
    }

    private static final class FakeTables {
        private final ConcurrentHashMap<ResultTable, FakeStore> stores = new ConcurrentHashMap<>();

        FakeStore of(ResultTable table) {
            return stores.computeIfAbsent(table, FakeStore::new);
        }
    }

    private static final class FakeStore implements RowStore {
        private final ResultTable table;
        private final List<ResultRow> rows = new ArrayList<>();
        private final List<Integer> groups = new ArrayList<>();
        private final CountDownLatch entered = new CountDownLatch(1);
        private CountDownLatch gate = new CountDownLatch(0);
        private int failures;
        private int rowsWhenCompacted;
        private @Nullable Error error;

        FakeStore(ResultTable table) {
            this.table = table;
        }

        @Override
        public Set<List<Object>> keys() {
            Set<List<Object>> keys = new HashSet<>();
            rows.forEach(row -> keys.add(table.keyOf(row)));
            return keys;
        }

        @Override
        public void append(List<ResultRow> group) throws IOException {
            entered.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (error != null) {
                throw error;
            }
            if (failures-- > 0) {
                throw new IOException("disk is full");
            }
            groups.add(group.size());
            rows.addAll(group);
        }

        @Override
        public void compact() {
            rowsWhenCompacted = rows.size();
        }
    }
}
