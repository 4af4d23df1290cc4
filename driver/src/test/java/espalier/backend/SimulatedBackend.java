package espalier.backend;

import espalier.task.NetworkAsset;
import espalier.task.Trial;
import espalier.task.TrialResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Answers trials from a formula, on as many threads as asked for, so that a whole search takes a moment. */
public final class SimulatedBackend implements TrialBackend {
    private final ExecutorService threads;
    private final int parallelism;
    private final Function<Trial, TrialResult> formula;
    private final List<String> submitted = new ArrayList<>();
    private final List<CompletableFuture<TrialResult>> underWay = new CopyOnWriteArrayList<>();

    public SimulatedBackend(int parallelism, Function<Trial, TrialResult> formula) {
        this.parallelism = parallelism;
        this.formula = formula;
        this.threads = Executors.newFixedThreadPool(parallelism);
    }

    /** Ids of all trials so far, in the order of submission. */
    public List<String> submitted() {
        return submitted;
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
        underWay.add(result);
        return result;
    }

    @Override
    public void cancel() {
        underWay.forEach(trial -> trial.completeExceptionally(new CancellationException("cancelled")));
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
