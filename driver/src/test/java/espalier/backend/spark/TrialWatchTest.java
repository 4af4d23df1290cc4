package espalier.backend.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.spark.Resubmitted$;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

class TrialWatchTest {
    private final Map<FutureTask<?>, Long> alarms = new LinkedHashMap<>();
    private final List<String> hanging = new ArrayList<>();
    private final TrialWatch watch = new TrialWatch(
            Duration.ofSeconds(30), this::schedule, (trial, seconds) -> hanging.add(trial + " " + seconds));

    @Test
    void tellsOfATrialThatRunsLongerThanItsLimitAndTheGrace() {
        submit(7, "round-1-0001", 600);
        assertThat(alarms).isEmpty();
        start(7, 1);
        pass(629);
        assertThat(hanging).isEmpty();
        pass(630);
        assertThat(hanging).containsExactly("round-1-0001 630");
    }

    @Test
    void saysNothingOfOneThatEndsOrIsNoTrial() {
        submit(1, "ends", 600);
        start(1, 2);
        end(1, 2);
        watch.onStageCompleted(new SparkListenerStageCompleted(stage(1)));
        watch.onJobStart(new SparkListenerJobStart(3, 0, stages(3), new Properties()));
        start(3, 3);
        pass(10_000);
        assertThat(hanging).isEmpty();
    }

    @Test
    void stopsTheClockOfAnAttemptThatIsLostAndStartsItWithTheNext() {
        submit(4, "twice", 600);
        start(4, 1);
        end(4, 1);
        pass(10_000);
        assertThat(hanging).isEmpty();
        start(4, 2);
        pass(10_000);
        assertThat(hanging).containsExactly("twice 630");
    }

    private Future<?> schedule(long seconds, Runnable work) {
        FutureTask<?> alarm = new FutureTask<>(work, null);
        alarms.put(alarm, seconds);
        return alarm;
    }

    /** Runs the alarms that are due so many seconds after they were set; those that were cancelled do nothing. */
    private void pass(long seconds) {
        alarms.forEach((alarm, due) -> {
            if (due <= seconds) {
                alarm.run();
            }
        });
    }

    private void submit(int stage, String trial, long seconds) {
        Properties properties = new Properties();
        properties.setProperty(TrialWatch.TRIAL, trial);
        properties.setProperty(TrialWatch.LIMIT, Long.toString(seconds));
        watch.onJobStart(new SparkListenerJobStart(stage, 0, stages(stage), properties));
    }

    private static Seq<StageInfo> stages(int stage) {
        return JavaConverters.asScalaBuffer(List.of(stage(stage))).toSeq();
    }

    private static StageInfo stage(int id) {
        return new StageInfo(
                id, 0, "trial", 1, none(), none(), "", TaskMetrics.empty(), none(), Option.empty(), 0, false, 0);
    }

    private static <T> Seq<T> none() {
        return JavaConverters.asScalaBuffer(new ArrayList<T>()).toSeq();
    }

    private void start(int stage, long attempt) {
        watch.onTaskStart(new SparkListenerTaskStart(stage, 0, task(attempt)));
    }

    private void end(int stage, long attempt) {
        watch.onTaskEnd(new SparkListenerTaskEnd(
                stage,
                0,
                "ResultTask",
                Resubmitted$.MODULE$,
                task(attempt),
                new ExecutorMetrics(),
                TaskMetrics.empty()));
    }

    private static TaskInfo task(long attempt) {
        return new TaskInfo(attempt, 0, 0, 0, 0, "1", "here", TaskLocality.ANY(), false);
    }
}
