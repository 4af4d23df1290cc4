package espalier.task;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What comes back from a trial; never an array of the deep-learning library.
 *
 * @param id the trial's
 * @param status how it ended
 * @param reason why it did not complete; empty if it did
 * @param accuracies percent, by stage, in the order in which they were measured; as far as it came
 * @param seconds by stage
 * @param worker where it ran
 * @param startedAt milliseconds since the epoch
 * @param finishedAt milliseconds since the epoch
 * @param network a Deeplearning4j zip where the trial kept it, else empty
 * @param checkpoint that it left, if it did
 */
@SuppressWarnings("ArrayRecordComponent") // crosses the wire as it is; never compared
public record TrialResult(
        String id,
        TrialStatus status,
        String reason,
        Map<String, Double> accuracies,
        Map<String, Double> seconds,
        WorkerInfo worker,
        long startedAt,
        long finishedAt,
        byte[] network,
        CheckpointReference checkpoint) {
    public TrialResult {
        accuracies = new LinkedHashMap<>(accuracies);
        seconds = new LinkedHashMap<>(seconds);
        if (status == TrialStatus.COMPLETED != reason.isEmpty()) {
            throw new IllegalArgumentException("trial " + id + " is " + status + " with reason '" + reason
                    + "'; exactly those that did not complete have one");
        }
    }

    /** The result of a trial that measured nothing. */
    public static TrialResult failed(Trial trial, String reason, WorkerInfo worker, long startedAt, long finishedAt) {
        return new TrialResult(
                trial.id(),
                TrialStatus.FAILED,
                reason,
                Map.of(),
                Map.of(),
                worker,
                startedAt,
                finishedAt,
                new byte[0],
                CheckpointReference.NONE);
    }

    /** Accuracy of a stage in percent, if the trial came that far. */
    public OptionalDouble accuracy(String stage) {
        Double accuracy = accuracies.get(stage);
        return accuracy == null ? OptionalDouble.empty() : OptionalDouble.of(accuracy);
    }

    public boolean completed() {
        return status == TrialStatus.COMPLETED;
    }
}
