package espalier.backend.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

class TrialWatchTest {
    private final BlockingQueue<String> hanging = new LinkedBlockingQueue<>();
    private final TrialWatch watch =
            new TrialWatch(Duration.ofSeconds(1), (trial, seconds) -> hanging.add(trial + " " + seconds));

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void tellsOfATrialThatRunsLongerThanItsLimitAndTheGrace() throws InterruptedException {
        submit(7, "round-1-0001", 1);
        start(7, 1);
        assertThat(hanging.poll(1500, TimeUnit.MILLISECONDS)).isNull();
        assertThat(hanging.poll(20, TimeUnit.SECONDS)).isEqualTo("round-1-0001 2");
    }

    @Test
    void saysNothingOfOneThatEndsOrWaitsOrIsNoTrial() throws InterruptedException {
        submit(1, "ends", 1);
        start(1, 2);
        end(1, 2);
        watch.onStageCompleted(new SparkListenerStageCompleted(stage(1)));
        submit(2, "waits for a core", 1);
        watch.onJobStart(new SparkListenerJobStart(3, 0, stages(3), new Properties()));
        start(3, 3);
        assertThat(hanging.poll(3, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void stopsTheClockOfAnAttemptThatIsLost() throws InterruptedException {
        submit(4, "waits for another executor", 1);
        start(4, 1);
        end(4, 1);
        assertThat(hanging.poll(3, TimeUnit.SECONDS)).isNull();
        start(4, 2);
        assertThat(hanging.poll(20, TimeUnit.SECONDS)).isEqualTo("waits for another executor 2");
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
