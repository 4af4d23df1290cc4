package espalier.backend;

import espalier.task.NetworkAsset;
import espalier.task.Trial;
import espalier.task.TrialResult;
import java.util.concurrent.CompletableFuture;

/** Runs trials somewhere else, many at a time. The images are the backend's from the start. */
public interface TrialBackend extends AutoCloseable {

    /** Trials that run at the same time. */
    int parallelism();

    /** Makes a network the one that later trials start from; those under way keep theirs. */
    void use(NetworkAsset network);

    /**
     * Starts a trial and returns at once.
     *
     * @return completes with a result, also for a trial that failed; with a {@link TrialLostException} if machines were lost
     *     over it or it hangs; with another exception if the backend itself is at its end
     */
    CompletableFuture<TrialResult> submit(Trial trial);

    /** Gives up all trials under way. */
    void cancel();

    @Override
    void close();
}
