package espalier.backend.spark;

import espalier.backend.TrialBackend;
import espalier.backend.TrialLostException;
import espalier.task.ImageAsset;
import espalier.task.NetworkAsset;
import espalier.task.Trial;
import espalier.task.TrialResult;
import espalier.text.FirstLine;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.FutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.AsyncRDDActions;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;
import scala.concurrent.ExecutionContext;
import scala.reflect.ClassTag$;
import scala.util.Try;

/**
 * One Spark job of one task for each trial. Jobs are submitted asynchronously and report back by call-back: nothing polls,
 * and no thread waits for a trial.
 */
public final class SparkBackend implements TrialBackend {
    private static final String GIVEN_UP = "Job aborted due to stage failure";

    private final JavaSparkContext context;
    private final Broadcast<ImageAsset> images;
    private final int threads;
    private @Nullable Broadcast<NetworkAsset> network;

    /**
     * Sends the images to the executors, lazily: each fetches them once, with its first trial.
     *
     * @param context stays open when the backend closes
     * @param threads native threads of one trial
     */
    public SparkBackend(JavaSparkContext context, ImageAsset images, int threads) {
        this.context = context;
        this.images = context.broadcast(images);
        this.threads = threads;
    }

    @Override
    public int parallelism() {
        int cpus = context.getConf().getInt("spark.task.cpus", 1);
        return Math.max(1, context.defaultParallelism() / cpus);
    }

    @Override
    public void use(NetworkAsset asset) {
        network = context.broadcast(asset);
    }

    @Override
    public CompletableFuture<TrialResult> submit(Trial trial) {
        if (network == null) {
            throw new IllegalStateException("no network to prune yet; call use first");
        }
        context.setLocalProperty("spark.job.description", "trial " + trial.id());
        JavaRDD<TrialResult> task =
                context.parallelize(List.of(trial), 1).map(new TrialFunction(images, network, threads));
        return collect(task.rdd());
    }

    private static CompletableFuture<TrialResult> collect(RDD<TrialResult> task) {
        CompletableFuture<TrialResult> result = new CompletableFuture<>();
        FutureAction<Seq<TrialResult>> action =
                new AsyncRDDActions<>(task, ClassTag$.MODULE$.<TrialResult>apply(TrialResult.class)).collectAsync();
        action.onComplete(
                outcome -> {
                    complete(result, outcome);
                    return null;
                },
                ExecutionContext.global());
        return result;
    }

    private static void complete(CompletableFuture<TrialResult> result, Try<Seq<TrialResult>> outcome) {
        if (outcome.isSuccess()) {
            result.complete(outcome.get().head());
        } else {
            result.completeExceptionally(failure(outcome.failed().get()));
        }
    }

    /** Spark gives a task up after its allowed number of failures; anything else is the end of the application. */
    private static Throwable failure(Throwable cause) {
        String message = FirstLine.of(cause);
        return message.startsWith(GIVEN_UP) ? new TrialLostException(message) : cause;
    }

    @Override
    public void close() {
        images.destroy();
        if (network != null) {
            network.destroy();
        }
    }
}
