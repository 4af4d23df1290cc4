package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.task.TrialStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultRowTest {

    @Test
    void aTrialThatDidNotCompleteNeedsAReason() {
        TrialRow done = ExampleRows.trial("demo", "t1");

        assertThatThrownBy(() -> new TrialRow(
                        "demo",
                        "t1",
                        1,
                        "p",
                        "s",
                        done.subnetwork(),
                        done.accuracy(),
                        0,
                        0,
                        TrialStatus.INFEASIBLE,
                        null,
                        done.execution()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "reason is null for trial t1 with status INFEASIBLE: say in one line why it did not complete");
    }

    @Test
    void anAccuracyIsAPercentage() {
        assertThatThrownBy(() -> new TrialRow.Accuracy(91.0, null, 101.0, null, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("accuracyRecalibrated is 101.0: an accuracy is in percent");
        assertThatThrownBy(() -> new TrialRow.Accuracy(Double.NaN, null, null, null, null, null))
                .hasMessageStartingWith("baseAccuracy is NaN");
    }

    @Test
    void aDropMayBeNegativeButMustBeANumber() {
        assertThat(new TrialRow.Accuracy(91.0, null, null, 92.0, -1.0, -1.0).drop())
                .isEqualTo(-1.0);
        assertThatThrownBy(() -> new TrialRow.Accuracy(91.0, null, null, 92.0, Double.NaN, null))
                .hasMessageStartingWith("drop is NaN");
    }

    @SuppressWarnings("NullAway") // the test is about a null that should not be there
    @Test
    void aRowWithoutItsKeyIsRefused() {
        assertThatThrownBy(() -> new SpaceRow("demo", 1, null, null, "", "{}", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("spaceId is null: this column must have a value");
        assertThatThrownBy(() -> ExampleRows.trial("demo", " ")).hasMessageStartingWith("trialId is blank");
    }

    @Test
    void aConfidenceIsAShare() {
        assertThatThrownBy(() -> new RefinementRow(
                        "demo", 1, "mcb", null, null, null, null, "best", null, null, null, 95, "kept", "flat"))
                .hasMessage("confidence is 95.0: it must be from 0 to 1, such as 0.95");
    }

    @Test
    void copiesItsListsAndKeepsMicroseconds() {
        List<Integer> widths = new ArrayList<>(List.of(1, 2));
        var subnetwork =
                new TrialRow.Subnetwork("r", "m", null, widths, List.of(), 1, 1, 1, 1, 1, 1, 1, 0, null, null, null);
        widths.add(3);
        Instant nanoseconds = Instant.parse("2026-01-02T03:04:05.123456789Z");

        assertThat(subnetwork.widths()).containsExactly(1, 2);
        assertThat(new TrialRow.Execution(1, "e", "cpu", 1, "n", 1, Map.of(), nanoseconds, nanoseconds).startedAt())
                .isEqualTo(Instant.parse("2026-01-02T03:04:05.123456Z"));
    }
}
