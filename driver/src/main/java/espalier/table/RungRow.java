package espalier.table;

import espalier.task.TrialStatus;
import org.jspecify.annotations.Nullable;

/**
 * One rung of one trial.
 *
 * @param study name of the study
 * @param trialId identity of the trial in its study
 * @param rung level of effort; 0 is batch-norm recalibration without training
 * @param epochs epochs of training up to and with this rung
 * @param accuracy validation accuracy at the end of the rung, percent; null where the rung did not complete
 * @param drop accuracy of the original network minus {@code accuracy}, percentage points; null where the rung did not complete
 * @param seconds wall time of this rung, seconds
 * @param status how the rung ended
 */
public record RungRow(
        String study,
        String trialId,
        int rung,
        int epochs,
        @Nullable Double accuracy,
        @Nullable Double drop,
        double seconds,
        TrialStatus status)
        implements ResultRow {

    /** @throws IllegalArgumentException naming the component that is missing or outside its limits */
    public RungRow {
        Checks.text("study", study);
        Checks.text("trialId", trialId);
        Checks.atLeast("rung", rung, 0);
        Checks.atLeast("epochs", epochs, 0);
        Checks.percent("accuracy", accuracy);
        if (drop != null) {
            Checks.finite("drop", drop);
        }
        Checks.finite("seconds", seconds);
        Checks.present("status", status);
    }
}
