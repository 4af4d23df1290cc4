package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableCrashIT extends SessionTest {
    TableCrashIT(@TempDir Path output) {
        super(output);
    }

    @Test
    void aKilledDriverLeavesAPrefixOfItsRowsAndTheNextOneGoesOn() throws Exception {
        StudyFolder folder =
                StudyFolder.of(output.toString(), "demo", session.sparkContext().hadoopConfiguration());
        int durable = 0;
        for (int kill = 1; kill <= 2; kill++) {
            try (ForkedDriver driver = ForkedDriver.appending(output)) {
                assertThat(driver.nextLine()).isEqualTo("locked");
                while (durable < 400 * kill) {
                    durable = Integer.parseInt(driver.nextLine());
                }
                driver.kill();
            }
            List<TrialRow> rows = new TableReader(folder).rows(TrialRow.class);
            assertThat(rows).hasSizeGreaterThan(durable);
            assertThat(rows).isEqualTo(firstTrials(rows.size()));
        }

        int size = new TableReader(folder).rows(TrialRow.class).size();
        try (StudyLock lock = folder.lock();
                TableWriter writer = TableWriter.open(session, folder, lock)) {
            firstTrials(size + 10).forEach(writer::append);
        }
        assertThat(new TableReader(folder).rows(TrialRow.class)).isEqualTo(firstTrials(size + 10));
    }

    private static List<TrialRow> firstTrials(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> ExampleRows.trial("demo", ForkedDriver.trialId(i)))
                .toList();
    }
}
