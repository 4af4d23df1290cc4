package espalier.table;

import espalier.task.TrialStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One trial: one recipe, evaluated with one seed up to some rung. The parts are laid out as columns of one flat table, so that
 * {@code subnetwork.mcb} is the column {@code mcb}.
 *
 * @param study name of the study
 * @param trialId identity of the trial in its study
 * @param round round of the search, from 1
 * @param population the set of trials that it is compared with
 * @param spaceId the space that the recipe was sampled from
 * @param subnetwork what was pruned and what it costs
 * @param accuracy what it scored, stage by stage
 * @param rung the highest rung reached; 0 is batch-norm recalibration without training
 * @param epochs epochs of training, over all rungs
 * @param status how the trial ended
 * @param reason why it did not complete, in one line; null where it did
 * @param execution where and how it ran
 */
public record TrialRow(
        String study,
        String trialId,
        int round,
        String population,
        String spaceId,
        Subnetwork subnetwork,
        Accuracy accuracy,
        int rung,
        int epochs,
        TrialStatus status,
        @Nullable String reason,
        Execution execution)
        implements ResultRow {

    /** @throws IllegalArgumentException naming the component that is missing or outside its limits */
    public TrialRow {
        Checks.text("study", study);
        Checks.text("trialId", trialId);
        Checks.atLeast("round", round, 0);
        Checks.present("population", population);
        Checks.present("spaceId", spaceId);
        Checks.present("subnetwork", subnetwork);
        Checks.present("accuracy", accuracy);
        Checks.atLeast("rung", rung, 0);
        Checks.atLeast("epochs", epochs, 0);
        Checks.present("execution", execution);
        if (Checks.present("status", status) != TrialStatus.COMPLETED && reason == null) {
            throw new IllegalArgumentException("reason is null for trial " + trialId + " with status " + status
                    + ": say in one line why it did not complete");
        }
    }

    /**
     * The subnetwork that the recipe yields, with its cost relative to the original network.
     *
     * @param recipeId hash of the widths that the recipe really yields
     * @param method the pruning method
     * @param recipe what the method removes, as the method writes it; null in tables of versions that knew widths alone
     * @param widths channels kept in each channel group; empty where none are removed
     * @param ratios share of channels kept in each channel group, or of weights in each masked layer, 0 to 1
     * @param flops multiply-adds (MACs) for one input
     * @param parameters number of parameters
     * @param activations elements of all layer outputs for one input
     * @param flopsKept {@code flops} as a share of the original network's, 0 to 1
     * @param parametersKept {@code parameters} as a share of the original network's, 0 to 1
     * @param flopsToParameters {@code flops / parameters}, MACs for each parameter
     * @param mcb mean computation budget: {@code flopsToParameters} relative to the original network's, which has 1
     * @param spread standard deviation of {@code ratios}
     * @param latency predicted by the study's latency table, milliseconds; null where it has none
     * @param latencyKept {@code latency} as a share of the original network's; null where it is not predicted
     * @param features what else the method knows of the recipe, by name; null in tables of versions before
     */
    public record Subnetwork(
            String recipeId,
            String method,
            @Nullable String recipe,
            List<Integer> widths,
            List<Double> ratios,
            long flops,
            long parameters,
            long activations,
            double flopsKept,
            double parametersKept,
            double flopsToParameters,
            double mcb,
            double spread,
            @Nullable Double latency,
            @Nullable Double latencyKept,
            @Nullable Map<String, Double> features) {

        /** @throws IllegalArgumentException naming the component that is missing or outside its limits */
        public Subnetwork {
            Checks.text("recipeId", recipeId);
            Checks.text("method", method);
            widths = List.copyOf(Checks.present("widths", widths));
            ratios = List.copyOf(Checks.present("ratios", ratios));
            Checks.atLeast("flops", flops, 0);
            Checks.atLeast("parameters", parameters, 0);
            Checks.atLeast("activations", activations, 0);
            Checks.finite("flopsKept", flopsKept);
            Checks.finite("parametersKept", parametersKept);
            Checks.finite("flopsToParameters", flopsToParameters);
            Checks.finite("mcb", mcb);
            Checks.finite("spread", spread);
            Checks.finite("latency", latency == null ? 0 : latency);
            Checks.finite("latencyKept", latencyKept == null ? 0 : latencyKept);
            features = features == null ? null : Map.copyOf(features);
        }

        /**
         * What the method knows of the recipe.
         *
         * @throws IllegalArgumentException if it knows nothing of that name
         */
        public double feature(String name) {
            Double value = features == null ? null : features.get(name);
            if (value == null) {
                throw new IllegalArgumentException("recipe " + recipeId + " has no " + name);
            }
            return value;
        }
    }

    /**
     * Validation accuracies of the trial, null where a stage was not reached.
     *
     * @param baseAccuracy accuracy of the original network, percent
     * @param accuracyPruned accuracy right after pruning, percent
     * @param accuracyRecalibrated accuracy after batch-norm recalibration, percent
     * @param accuracyFineTuned accuracy after training, percent
     * @param drop {@code baseAccuracy} minus the accuracy of the last stage, percentage points; negative where the subnetwork
     *     is better
     * @param comparableDrop the same at the rung that every trial of the study comes to, where some are stopped early; else the
     *     same as {@code drop}
     */
    public record Accuracy(
            double baseAccuracy,
            @Nullable Double accuracyPruned,
            @Nullable Double accuracyRecalibrated,
            @Nullable Double accuracyFineTuned,
            @Nullable Double drop,
            @Nullable Double comparableDrop) {

        /** @throws IllegalArgumentException naming the component that is not a percentage */
        public Accuracy {
            Checks.percent("baseAccuracy", baseAccuracy);
            Checks.percent("accuracyPruned", accuracyPruned);
            Checks.percent("accuracyRecalibrated", accuracyRecalibrated);
            Checks.percent("accuracyFineTuned", accuracyFineTuned);
            Checks.finite("drop", drop == null ? 0 : drop);
            Checks.finite("comparableDrop", comparableDrop == null ? 0 : comparableDrop);
        }
    }

    /**
     * Where and how a trial ran: what is needed to run it again bit by bit.
     *
     * @param seed seed of the trial
     * @param executor the executor, as host and process
     * @param device {@code cpu}, or a GPU such as {@code gpu 1}
     * @param threads native threads of the task
     * @param nativeLibrary classifier of the native library
     * @param secondsTotal wall time, seconds
     * @param secondsByStage wall time of each stage by its name, seconds
     * @param startedAt when the task started
     * @param finishedAt when the task ended
     */
    public record Execution(
            long seed,
            String executor,
            String device,
            int threads,
            String nativeLibrary,
            double secondsTotal,
            Map<String, Double> secondsByStage,
            Instant startedAt,
            Instant finishedAt) {

        /** @throws IllegalArgumentException naming the component that is missing or outside its limits */
        public Execution {
            Checks.present("executor", executor);
            Checks.present("device", device);
            Checks.atLeast("threads", threads, 0);
            Checks.present("nativeLibrary", nativeLibrary);
            Checks.finite("secondsTotal", secondsTotal);
            secondsByStage = Map.copyOf(Checks.present("secondsByStage", secondsByStage));
            startedAt = Checks.microseconds("startedAt", startedAt);
            finishedAt = Checks.microseconds("finishedAt", finishedAt);
        }
    }
}
