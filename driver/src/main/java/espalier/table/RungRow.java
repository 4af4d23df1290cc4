package espalier.table;

import espalier.task.TrialStatus;
import org.jspecify.annotations.Nullable;

/**
 * One rung of one trial.
 *
 * @param study name of the study
 * @param trialId identity of the trial in its study
 * @param recipeId hash of the widths of the trial's subnetwork
 * @param rung level of effort; 0 is batch-norm recalibration without training
 * @param epochs epochs of training up to and with this rung
 * @param accuracyPruned validation accuracy right after pruning, percent; null where it was not measured in this rung
 * @param accuracy validation accuracy at the end of the rung, percent; null where the rung did not complete
 * @param drop accuracy of the original network minus {@code accuracy}, percentage points; null where the rung did not complete
 * @param seconds wall time of this rung, seconds
 * @param status how the rung ended
 * @param reason why it did not complete, in one line; null where it did
 * @param checkpoint where the network and the state of its training are, as long as the round lasts; null for none
 * @param checkpointSha256 of the checkpoint's bytes; null for none
 * @param execution of the task that ran this rung, and perhaps the rung below, too
 */
public record RungRow(
        String study,
        String trialId,
        String recipeId,
        int rung,
        int epochs,
        @Nullable Double accuracyPruned,
        @Nullable Double accuracy,
        @Nullable Double drop,
        double seconds,
        TrialStatus status,
        @Nullable String reason,
        @Nullable String checkpoint,
        @Nullable String checkpointSha256,
        TrialRow.Execution execution)
        implements ResultRow {

    /** @throws IllegalArgumentException naming the component that is missing or outside its limits */
    public RungRow {
        Checks.text("study", study);
        Checks.text("trialId", trialId);
        Checks.atLeast("rung", rung, 0);
        Checks.atLeast("epochs", epochs, 0);
        Checks.text("recipeId", recipeId);
        Checks.percent("accuracyPruned", accuracyPruned);
        Checks.percent("accuracy", accuracy);
        if (drop != null) {
            Checks.finite("drop", drop);
        }
        Checks.finite("seconds", seconds);
        Checks.present("execution", execution);
        if (Checks.present("status", status) != TrialStatus.COMPLETED && reason == null) {
            throw new IllegalArgumentException("reason is null for rung " + rung + " of trial " + trialId
                    + " with status " + status + ": say in one line why it did not complete");
        }
    }
}
