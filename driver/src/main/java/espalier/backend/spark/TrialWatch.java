package espalier.backend.spark;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import scala.collection.JavaConverters;

/**
 * Tells which trials run on and on. A trial ends itself at its time limit; one that hangs cannot, and is given up some time later. Each
 * attempt has a clock of its own, which starts when an executor takes it and stops when that is lost.
 */
final class TrialWatch extends SparkListener {
    /** Local properties of a trial's job: its id, and the seconds after which it should have ended itself. */
    static final String TRIAL = "espalier.trial";

    static final String LIMIT = "espalier.trial.seconds";

    private final Duration grace;
    private final Timer timer;
    private final HangHandler handler;
    private final Map<Integer, Watched> stages = new ConcurrentHashMap<>();
    private final Map<Long, Future<?>> alarms = new ConcurrentHashMap<>();

    /** Runs work later. */
    interface Timer {
        /** The work, which can be cancelled until then. */
        Future<?> in(long seconds, Runnable work);
    }

    /** What is told of a trial that hangs. */
    interface HangHandler {
        /**
         * Called by the timer.
         *
         * @param trial its id
         * @param seconds that it has run
         */
        void hangs(String trial, long seconds);
    }

    /** A watch that gives a trial so much time after its own limit. */
    TrialWatch(Duration grace, Timer timer, HangHandler handler) {
        this.grace = grace;
        this.timer = timer;
        this.handler = handler;
    }

    private record Watched(String trial, long seconds) {}

    @Override
    public void onJobStart(SparkListenerJobStart job) {
        Properties properties = job.properties();
        String trial = properties == null ? null : properties.getProperty(TRIAL);
        if (trial != null) {
            long seconds = Long.parseLong(properties.getProperty(LIMIT)) + grace.toSeconds();
            JavaConverters.seqAsJavaList(job.stageIds())
                    .forEach(stage -> stages.put((Integer) stage, new Watched(trial, seconds)));
        }
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart task) {
        Watched watched = stages.get(task.stageId());
        if (watched != null) {
            alarms.put(
                    task.taskInfo().taskId(),
                    timer.in(watched.seconds, () -> handler.hangs(watched.trial, watched.seconds)));
        }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
        Future<?> alarm = alarms.remove(task.taskInfo().taskId());
        if (alarm != null) {
            alarm.cancel(false);
        }
    }

    @Override
    public void onStageCompleted(SparkListenerStageCompleted stage) {
        stages.remove(stage.stageInfo().stageId());
    }
}
