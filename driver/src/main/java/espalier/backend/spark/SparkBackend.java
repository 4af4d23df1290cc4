package espalier.backend.spark;

import espalier.backend.TrialBackend;
import espalier.backend.TrialLostException;
import espalier.device.DeviceChoice;
import espalier.device.DeviceException;
import espalier.task.ImageAsset;
import espalier.task.NetworkAsset;
import espalier.task.Trial;
import espalier.task.TrialResult;
import espalier.text.FirstLine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.FutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.AsyncRDDActions;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Seq;
import scala.concurrent.ExecutionContext;
import scala.reflect.ClassTag$;
import scala.util.Try;

/**
 * One Spark job of one task for each trial. Jobs are submitted asynchronously and report back by call-back: nothing polls,
 * and no thread waits for a trial.
 */
public final class SparkBackend implements TrialBackend {
    private static final Logger LOG = LoggerFactory.getLogger(SparkBackend.class);
    private static final String GIVEN_UP = "Job aborted due to stage failure";

    /**
     * How long a trial may go on after its time limit. It looks at that between two batches of training, and counts from the moment at which it has its
     * data.
     */
    private static final String GRACE = "spark.espalier.hangGrace";

    private static final String DEFAULT_GRACE = "300s";

    private final JavaSparkContext context;
    private final Broadcast<ImageAsset> images;
    private final int threads;
    private final DeviceChoice device;
    private final Duration grace;
    private final int localThreads;
    private final TrialWatch watch;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "trial-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, FutureAction<?>> running = new ConcurrentHashMap<>();
    private final Map<String, Long> hanging = new ConcurrentHashMap<>();
    private final AtomicInteger lostThreads = new AtomicInteger();
    private @Nullable Broadcast<NetworkAsset> network;

    /**
     * Sends the images to the executors, lazily: each fetches them once, with its first trial.
     *
     * @param context stays open when the backend closes
     * @param threads native threads of one trial
     * @param device where trials are to run
     */
    public SparkBackend(JavaSparkContext context, ImageAsset images, int threads, DeviceChoice device) {
        this.context = context;
        this.images = context.broadcast(images);
        this.threads = threads;
        this.device = device;
        // Asked now: whoever wants to know later may find Spark stopped.
        this.localThreads = context.isLocal() ? parallelism() : Integer.MAX_VALUE;
        this.grace = Duration.ofSeconds(context.getConf().getTimeAsSeconds(GRACE, DEFAULT_GRACE));
        this.watch =
                new TrialWatch(grace, (seconds, work) -> clock.schedule(work, seconds, TimeUnit.SECONDS), this::giveUp);
        context.sc().addSparkListener(watch);
    }

    @Override
    public int parallelism() {
        return parallelism(context);
    }

    /** Tasks that the executors of a cluster run at the same time. */
    public static int parallelism(JavaSparkContext context) {
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
        if (isStuck()) {
            return CompletableFuture.failedFuture(stuck());
        }
        Map<String, String> properties = Map.of(
                "spark.job.description",
                trial.title(),
                TrialWatch.TRIAL,
                trial.id(),
                TrialWatch.LIMIT,
                Long.toString(trial.timeLimitSeconds()));
        properties.forEach(context::setLocalProperty);
        try {
            ExecutorShare share = new ExecutorShare(images, network, threads, device);
            JavaRDD<TrialResult> task = context.parallelize(List.of(trial), 1).map(new TrialFunction(share));
            return collect(trial.id(), task.rdd());
        } finally {
            // Other jobs of this thread are no trials.
            properties.keySet().forEach(key -> context.setLocalProperty(key, null));
        }
    }

    private CompletableFuture<TrialResult> collect(String trial, RDD<TrialResult> task) {
        CompletableFuture<TrialResult> result = new CompletableFuture<>();
        FutureAction<Seq<TrialResult>> action =
                new AsyncRDDActions<>(task, ClassTag$.MODULE$.<TrialResult>apply(TrialResult.class)).collectAsync();
        running.put(trial, action);
        action.onComplete(
                outcome -> {
                    running.remove(trial);
                    complete(trial, result, outcome);
                    return null;
                },
                ExecutionContext.global());
        return result;
    }

    private void complete(String trial, CompletableFuture<TrialResult> result, Try<Seq<TrialResult>> outcome) {
        if (outcome.isSuccess()) {
            hanging.remove(trial);
            result.complete(outcome.get().head());
        } else {
            result.completeExceptionally(failure(trial, outcome.failed().get()));
        }
    }

    /**
     * Spark gives a task up after its allowed number of failures, which is the trial's fault unless no trial can run there; anything else is the end of
     * the application.
     */
    private Throwable failure(String trial, Throwable cause) {
        Long seconds = hanging.remove(trial);
        if (seconds != null) {
            return new TrialLostException("hung: no end after " + seconds + " s, which is " + grace.toSeconds()
                    + " s more than its time limit");
        }
        if (isStuck()) {
            return stuck();
        }
        Throwable thrown = cause.getCause();
        if (thrown instanceof DeviceException) {
            return thrown;
        }
        String message = FirstLine.of(cause);
        return message.startsWith(GIVEN_UP) ? new TrialLostException("lost by the cluster: " + message) : cause;
    }

    /** Spark's reaper ends an executor whose task does not heed that it is cancelled; a local master loses the thread. */
    private void giveUp(String trial, long seconds) {
        FutureAction<?> action = running.get(trial);
        if (action != null) {
            LOG.warn("trial {} hangs: it is given up after {} s", trial, seconds);
            hanging.put(trial, seconds);
            action.cancel();
            lostThreads.incrementAndGet();
            if (isStuck()) {
                cancel();
            }
        }
    }

    /** Whether no thread of a local master is left; on a cluster, executors are replaced. */
    private boolean isStuck() {
        return lostThreads.get() >= localThreads;
    }

    private static IllegalStateException stuck() {
        return new IllegalStateException("trials hang in all threads of this process");
    }

    @Override
    public void cancel() {
        running.values().forEach(FutureAction::cancel);
    }

    @Override
    public void close() {
        cancel();
        context.sc().removeSparkListener(watch);
        clock.shutdownNow();
        images.destroy();
        if (network != null) {
            network.destroy();
        }
    }
}
