package espalier.search;

import espalier.recipe.ChannelRecipe;
import espalier.recipe.Recipe;
import espalier.space.RecipeFeatures;
import espalier.table.RungRow;
import espalier.table.TrialRow;
import espalier.task.TrialResult;
import espalier.task.TrialStatus;
import espalier.task.WorkerInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

    /**
     * The rungs that a result stands for: the one that its trial was on its way to, and rung 0, if that was on the way.
     */
    List<RungRow> rungs(PlannedTrial planned, TrialResult result) {
        List<RungRow> rungs = new ArrayList<>();
        OptionalDouble recalibrated = result.accuracy(StudyPlans.RECALIBRATED);
        OptionalDouble trained = result.accuracy(StudyPlans.TRAINED);
        if (recalibrated.isPresent()) {
            rungs.add(rung(planned, result, 0, 0, boxed(recalibrated), "recalibrate"));
        }
        if (trained.isPresent()) {
            rungs.add(rung(planned, result, planned.rung(), planned.epochs(), boxed(trained), "train"));
        }
        if (!result.completed()) {
            rungs.removeIf(row -> row.rung() == planned.rung());
            rungs.add(rung(planned, result, planned.rung(), planned.epochs(), null, "train"));
        }
        return rungs;
    }

    private RungRow rung(
            PlannedTrial planned, TrialResult result, int rung, int epochs, @Nullable Double accuracy, String stage) {
        boolean failed = !result.completed() && rung == planned.rung();
        boolean left = rung == planned.rung() && !result.checkpoint().isNone();
        return new RungRow(
                study,
                result.id(),
                planned.recipeId().value(),
                rung,
                epochs,
                boxed(result.accuracy(StudyPlans.PRUNED)),
                accuracy,
                accuracy == null ? null : (Double) (base(accuracy) - accuracy),
                result.seconds().getOrDefault(stage, 0.0),
                failed ? result.status() : TrialStatus.COMPLETED,
                failed ? result.reason() : null,
                left ? result.checkpoint().location() : null,
                left ? result.checkpoint().sha256() : null,
                execution(planned, result));
    }

    /**
     * A trial that goes no further.
     *
     * @param rungs that it has come to, rising
     * @param comparable the rung that its accuracy is compared at with those of all other trials
     */
    TrialRow trial(PlannedTrial planned, List<RungRow> rungs, int comparable) {
        RungRow last = rungs.get(rungs.size() - 1);
        RungRow reached = rungs.stream()
                .filter(row -> row.accuracy() != null)
                .reduce((lower, higher) -> higher)
                .orElse(last);
        boolean trained = reached.accuracy() != null && reached.rung() > 0;
        return new TrialRow(
                study,
                last.trialId(),
                planned.round(),
                planned.population(),
                planned.spaceId(),
                subnetwork(planned),
                accuracy(rungs, last, comparable),
                trained ? reached.rung() : 0,
                trained ? reached.epochs() : 0,
                last.status(),
                last.reason(),
                execution(rungs));
    }

    /** What a trial tried. */
    static Recipe recipe(TrialRow row) {
        TrialRow.Subnetwork subnetwork = row.subnetwork();
        return subnetwork.recipe() == null
                ? new ChannelRecipe(subnetwork.widths())
                : Recipe.parse(subnetwork.method(), subnetwork.recipe());
    }

    /** Kept channels of each prunable group; empty for a recipe of no channels. */
    static List<Integer> widths(Recipe recipe) {
        return recipe instanceof ChannelRecipe channels ? channels.widths() : List.of();
    }

    private static TrialRow.Subnetwork subnetwork(PlannedTrial planned) {
        RecipeFeatures features = planned.features();
        Double latency = features.complexity().milliseconds() > 0
                ? (Double) features.complexity().milliseconds()
                : null;
        return new TrialRow.Subnetwork(
                planned.recipeId().value(),
                planned.trial().recipe().method(),
                planned.trial().recipe().content(),
                widths(planned.trial().recipe()),
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
                latency == null ? null : (Double) features.latencyKept(),
                features.own());
    }

    private TrialRow.Accuracy accuracy(List<RungRow> rungs, RungRow last, int comparable) {
        Double recalibrated = null;
        Double trained = null;
        Double drop = null;
        Double comparableDrop = null;
        for (RungRow row : rungs) {
            if (row.rung() == 0) {
                recalibrated = row.accuracy();
            } else if (row.accuracy() != null) {
                trained = row.accuracy();
            }
            if (last.status() == TrialStatus.COMPLETED) {
                drop = row.drop();
            }
            // Also of a trial that failed further up: only good ones get there, and spaces are compared by all that
            // were measured.
            comparableDrop = row.rung() == comparable ? row.drop() : comparableDrop;
        }
        Double own = trained != null ? trained : recalibrated;
        return new TrialRow.Accuracy(
                base(own == null ? 0 : own),
                rungs.get(0).accuracyPruned(),
                recalibrated,
                trained,
                drop,
                comparableDrop);
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

    /** Of all tasks of a trial; where it ran is where the last one did. */
    private static TrialRow.Execution execution(List<RungRow> rungs) {
        List<TrialRow.Execution> tasks =
                rungs.stream().map(RungRow::execution).distinct().toList();
        TrialRow.Execution last = tasks.get(tasks.size() - 1);
        Map<String, Double> stages = new LinkedHashMap<>();
        tasks.forEach(task -> task.secondsByStage().forEach((stage, time) -> stages.merge(stage, time, Double::sum)));
        return new TrialRow.Execution(
                last.seed(),
                last.executor(),
                last.device(),
                last.threads(),
                last.nativeLibrary(),
                tasks.stream().mapToDouble(TrialRow.Execution::secondsTotal).sum(),
                stages,
                tasks.get(0).startedAt(),
                last.finishedAt());
    }

    private static @Nullable Double boxed(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }
}
