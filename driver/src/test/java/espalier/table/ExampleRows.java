package espalier.table;

import espalier.task.TrialStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Rows for tests. */
final class ExampleRows {
    static final Instant START = Instant.parse("2026-01-02T03:04:05.123456Z");

    private ExampleRows() {}

    static StudyRow study(String study) {
        return new StudyRow(
                study,
                START,
                "0.1.0",
                "name: " + study + "\nrounds: 2\n",
                "c0ffee",
                7L,
                "da7a",
                "9e7",
                91.25,
                0.125,
                List.of(1L, 2L, 3L),
                125_485_696L,
                848_954L,
                null);
    }

    static TrialRow trial(String study, String trialId) {
        return trial(study, trialId, 1, 0.98, 1.5);
    }

    static TrialRow trial(String study, String trialId, int round, double mcb, double drop) {
        return new TrialRow(
                study,
                trialId,
                round,
                "std-0.1",
                "space-" + round,
                new TrialRow.Subnetwork(
                        "recipe-" + trialId,
                        "filter",
                        "8,16,31",
                        List.of(8, 16, 31),
                        List.of(0.5, 0.5, 0.484375),
                        62_000_000L,
                        400_000L,
                        1_000_000L,
                        0.494,
                        0.471,
                        155.0,
                        mcb,
                        0.0074,
                        3.5,
                        0.625,
                        Map.of("aspl", 3.25)),
                new TrialRow.Accuracy(91.25, 10.0, 62.5, 91.25 - drop, drop, drop),
                1,
                2,
                TrialStatus.COMPLETED,
                null,
                new TrialRow.Execution(
                        42L,
                        "node-1/4711",
                        "cpu",
                        1,
                        "linux-x86_64-onednn-avx2",
                        12.5,
                        Map.of("prune", 0.5, "train", 12.0),
                        START,
                        START.plusSeconds(13)));
    }

    static TrialRow failedTrial(String study, String trialId) {
        TrialRow done = trial(study, trialId);
        return new TrialRow(
                study,
                trialId,
                done.round(),
                done.population(),
                done.spaceId(),
                done.subnetwork(),
                new TrialRow.Accuracy(91.25, null, null, null, null, null),
                0,
                0,
                TrialStatus.FAILED,
                "loss is not a number after 12 steps",
                done.execution());
    }

    static RungRow rung(String study, String trialId, int rung) {
        return new RungRow(
                study,
                trialId,
                "recipe-" + trialId,
                rung,
                rung,
                10.0,
                89.0,
                2.25,
                3.5,
                TrialStatus.COMPLETED,
                null,
                "file:/checkpoints/" + trialId,
                "c0ffee",
                trial(study, trialId).execution());
    }

    static List<ResultRow> oneOfEach(String study) {
        return List.of(
                study(study),
                new SpaceRow(study, 1, "space-1", null, "half of the FLOPs", "{\"flopsKept\":0.5}", "given"),
                trial(study, "t1"),
                rung(study, "t1", 0),
                new CorrelationRow(study, 1, 0, 0, 1, 27, 9, 0.3, 0.5, 0.2, 0.7, 3.0, 1.5, "widened"),
                new RefinementRow(
                        study,
                        1,
                        "mcb",
                        null,
                        null,
                        0.9,
                        1.1,
                        "best",
                        0.98,
                        0.92,
                        1.07,
                        0.95,
                        "narrowed",
                        "excludes 0.8"),
                new ComparisonRow(study, 1, "refined", "initial", -0.4, -0.7, -0.1, 0.3, 0.01, 0.02, -0.2, "better"),
                new WinnerRow(
                        study,
                        1,
                        "refined-1",
                        "t1",
                        "recipe-t1",
                        List.of(8, 16, 31),
                        62_000_000L,
                        400_000L,
                        0.98,
                        List.of(90.0, 90.5),
                        90.25,
                        0.3536,
                        89.9,
                        null,
                        true,
                        "networks/refined-1.zip"));
    }
}
