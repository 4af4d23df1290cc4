package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResultTableTest {

    @Test
    void everyRowClassHasItsTable() {
        for (Class<?> rowType : ResultRow.class.getPermittedSubclasses()) {
            assertThat(ResultTable.of(rowType.asSubclass(ResultRow.class))).isNotNull();
        }
        assertThat(ResultTable.values()).hasSameSizeAs(ResultRow.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @EnumSource
    void keysAreColumnsThatMustHaveAValue(ResultTable table) {
        assertThat(table.key()).startsWith("study").allSatisfy(column -> {
            assertThat(table.schema().fieldNames()).contains(column);
            assertThat(table.schema().apply(column).nullable()).isFalse();
        });
    }

    @Test
    void theKeyOfARungIsStudyTrialAndRung() {
        assertThat(ResultTable.RUNGS.keyOf(ExampleRows.rung("demo", "t1", 2))).containsExactly("demo", "t1", 2);
    }

    @Test
    void trialsHaveTheColumnsThatQueriesName() {
        List<String> columns = Arrays.asList(ResultTable.TRIALS.schema().fieldNames());

        assertThat(columns)
                .containsExactly(
                        "study",
                        "trial_id",
                        "round",
                        "population",
                        "space_id",
                        "recipe_id",
                        "method",
                        "recipe",
                        "widths",
                        "ratios",
                        "flops",
                        "parameters",
                        "activations",
                        "flops_kept",
                        "parameters_kept",
                        "flops_to_parameters",
                        "mcb",
                        "spread",
                        "latency",
                        "latency_kept",
                        "features",
                        "base_accuracy",
                        "accuracy_pruned",
                        "accuracy_recalibrated",
                        "accuracy_fine_tuned",
                        "drop",
                        "comparable_drop",
                        "rung",
                        "epochs",
                        "status",
                        "reason",
                        "seed",
                        "executor",
                        "device",
                        "threads",
                        "native_library",
                        "seconds_total",
                        "seconds_by_stage",
                        "started_at",
                        "finished_at");
    }
}
