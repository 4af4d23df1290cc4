package espalier.backend;

import espalier.task.NetworkAsset;
import espalier.task.Trial;
import espalier.task.TrialResult;
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

/** Answers trials from a formula, on as many threads as asked for, so that a whole search takes a moment. */
public final class SimulatedBackend implements TrialBackend {
    private final ExecutorService threads;
    private final int parallelism;
    private final Function<Trial, TrialResult> formula;
    private final Queue<String> submitted = new ConcurrentLinkedQueue<>();
    private final Map<String, CompletableFuture<TrialResult>> underWay = new ConcurrentHashMap<>();

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
