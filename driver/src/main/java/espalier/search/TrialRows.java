package espalier.search;

import espalier.space.RecipeFeatures;
import espalier.table.RungRow;
import espalier.table.TrialRow;
import espalier.task.TrialResult;
import espalier.task.WorkerInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A finished trial as rows of the result tables. */
final class TrialRows {
    private final String study;
    private final double baseAccuracy;

    /**
     * Rows of one study.
     *
     * @param baseAccuracy what drops refer to, percent; NaN for the original itself, whose drop is 0
     */
    TrialRows(String study, double baseAccuracy) {
        this.study = study;
        this.baseAccuracy = baseAccuracy;
    }

    TrialRow trial(PlannedTrial planned, TrialResult result) {
        boolean trained = result.accuracy(StudyPlans.TRAINED).isPresent();
        return new TrialRow(
                study,
                result.id(),
                planned.round(),
                planned.population(),
                planned.spaceId(),
                subnetwork(planned),
                accuracy(result),
                trained ? 1 : 0,
                trained ? planned.epochs() : 0,
                result.status(),
                result.completed() ? null : result.reason(),
                execution(planned, result));
    }

    List<RungRow> rungs(PlannedTrial planned, TrialResult result) {
        List<RungRow> rungs = new ArrayList<>();
        result.accuracy(StudyPlans.RECALIBRATED)
                .ifPresent(accuracy -> rungs.add(rung(result, 0, 0, accuracy, seconds(result, "recalibrate"))));
        result.accuracy(StudyPlans.TRAINED)
                .ifPresent(
                        accuracy -> rungs.add(rung(result, 1, planned.epochs(), accuracy, seconds(result, "train"))));
        return rungs;
    }

    private RungRow rung(TrialResult result, int rung, int epochs, double accuracy, double seconds) {
        return new RungRow(
                study, result.id(), rung, epochs, accuracy, base(accuracy) - accuracy, seconds, result.status());
    }

    private static TrialRow.Subnetwork subnetwork(PlannedTrial planned) {
        RecipeFeatures features = planned.features();
        Double latency = features.complexity().milliseconds() > 0
                ? (Double) features.complexity().milliseconds()
                : null;
        return new TrialRow.Subnetwork(
                planned.recipeId().value(),
                planned.trial().recipe().method(),
                planned.widths(),
                features.ratios(),
                features.complexity().macs(),
                features.complexity().parameters(),
                features.complexity().activations(),
                features.flopsKept(),
                features.parametersKept(),
                features.complexity().flopsToParameters(),
                features.mcb(),
                features.spread(),
                latency,
                latency == null ? null : (Double) features.latencyKept());
    }

    private TrialRow.Accuracy accuracy(TrialResult result) {
        Double pruned = boxed(result.accuracy(StudyPlans.PRUNED));
        Double recalibrated = boxed(result.accuracy(StudyPlans.RECALIBRATED));
        Double trained = boxed(result.accuracy(StudyPlans.TRAINED));
        Double last = trained != null ? trained : recalibrated;
        Double drop = result.completed() && last != null ? (Double) (base(last) - last) : null;
        return new TrialRow.Accuracy(base(last == null ? 0 : last), pruned, recalibrated, trained, drop);
    }

    private double base(double own) {
        return Double.isNaN(baseAccuracy) ? own : baseAccuracy;
    }

    private static TrialRow.Execution execution(PlannedTrial planned, TrialResult result) {
        WorkerInfo worker = result.worker();
        return new TrialRow.Execution(
                planned.trial().seed(),
                worker.host() + "/" + worker.executor(),
                worker.device(),
                worker.threads(),
                worker.nativeLibrary(),
                (result.finishedAt() - result.startedAt()) / 1e3,
                Map.copyOf(result.seconds()),
                Instant.ofEpochMilli(result.startedAt()),
                Instant.ofEpochMilli(result.finishedAt()));
    }

    private static double seconds(TrialResult result, String stage) {
        return result.seconds().getOrDefault(stage, 0.0);
    }

    private static @Nullable Double boxed(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }
}
