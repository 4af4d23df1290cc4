package espalier.backend;

import espalier.data.Fingerprint;
import espalier.task.CheckpointReference;
import espalier.task.NetworkAsset;
import espalier.task.Phase;
import espalier.task.Trial;
import espalier.task.TrialResult;
import espalier.task.TrialStatus;
import espalier.task.WorkerInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Answers trials from formulas, on as many threads as asked for, so that a whole search takes a moment. */
public final class SimulatedBackend implements TrialBackend {
    private final ExecutorService threads;
    private final int parallelism;
    private final Function<Trial, TrialResult> formula;
    private final Queue<String> submitted = new ConcurrentLinkedQueue<>();
    private final Map<String, CompletableFuture<TrialResult>> underWay = new ConcurrentHashMap<>();

    /** What a trial would measure. */
    @FunctionalInterface
    public interface Surface {
        /**
         * Accuracy in percent.
         *
         * @param stage of the trial at which it is measured
         * @param epochs that the trial's network was trained for by then
         */
        double accuracy(Trial trial, String stage, int epochs);
    }

    /**
     * A backend without machines.
     *
     * @param parallelism trials at a time
     * @param formula what comes of a trial
     */
    public SimulatedBackend(int parallelism, Function<Trial, TrialResult> formula) {
        this.parallelism = parallelism;
        this.formula = formula;
        this.threads = Executors.newFixedThreadPool(parallelism);
    }

    /** Ids of all trials so far, in the order of submission. */
    public List<String> submitted() {
        return List.copyOf(submitted);
    }

    /** Goes through a trial's phases and measures where they do. Took a second, and leaves the checkpoints that it is told to. */
    public static TrialResult measure(Trial trial, Surface surface) {
        Map<String, Double> accuracies = new LinkedHashMap<>();
        CheckpointReference left = CheckpointReference.NONE;
        byte[] kept = new byte[0];
        int epochs = 0;
        for (Phase phase : trial.phases()) {
            if (phase instanceof Phase.Train train) {
                epochs = train.until();
            } else if (phase instanceof Phase.Evaluate evaluate) {
                accuracies.put(evaluate.stage(), surface.accuracy(trial, evaluate.stage(), epochs));
            } else if (phase instanceof Phase.SaveCheckpoint save) {
                left = CheckpointReference.of(save.location(), Fingerprint.of(trial.title()));
            } else if (phase instanceof Phase.KeepNetwork) {
                kept = new byte[] {1};
            }
        }
        return new TrialResult(
                trial.id(),
                TrialStatus.COMPLETED,
                "",
                accuracies,
                Map.of("train", 1.0),
                worker(trial),
                0,
                1000,
                kept,
                left);
    }

    /** The result of a trial that comes to nothing. */
    public static TrialResult fail(Trial trial, String reason) {
        return TrialResult.failed(trial, reason, worker(trial), 0, 1000);
    }

    /** Text of its own for each, as results of executors have. */
    private static WorkerInfo worker(Trial trial) {
        return new WorkerInfo("1", "simulated-" + trial.id(), "cpu", 1, "none");
    }

    @Override
    public int parallelism() {
        return parallelism;
    }

    @Override
    public void use(NetworkAsset network) {}

    @Override
    public CompletableFuture<TrialResult> submit(Trial trial) {
        submitted.add(trial.id());
        CompletableFuture<TrialResult> result = CompletableFuture.supplyAsync(() -> formula.apply(trial), threads);
        underWay.put(trial.title(), result);
        var unused = result.whenComplete((done, failure) -> underWay.remove(trial.title()));
        return result;
    }

    @Override
    public void cancel() {
        underWay.values().forEach(trial -> trial.completeExceptionally(new CancellationException("cancelled")));
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
