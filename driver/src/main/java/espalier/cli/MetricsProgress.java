package espalier.cli;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import espalier.search.Progress;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * A study's progress as a source of Spark's metrics, beside what a person sees: {@code espalier.tasks}, {@code espalier.tasksDone},
 * {@code espalier.bestDrop} of the batch of tasks under way, and {@code espalier.finished}, a meter over the whole run.
 */
final class MetricsProgress implements Progress, Source {
    private final Progress person;
    private final MetricRegistry registry = new MetricRegistry();
    private final Meter finished = registry.meter("finished");
    private volatile int tasks;
    private volatile int done;
    private volatile double best = Double.NaN;

    /** @param person who watches too */
    MetricsProgress(Progress person) {
        this.person = person;
        gauge("tasks", () -> tasks);
        gauge("tasksDone", () -> done);
        gauge("bestDrop", () -> best);
    }

    private <T> void gauge(String name, Supplier<T> value) {
        var unused = registry.register(name, (Gauge<T>) value::get);
    }

    /** Hands the metrics to the sinks that Spark's metrics system has: JMX, Prometheus and so on. */
    MetricsProgress register() {
        SparkEnv.get().metricsSystem().registerSource(this);
        return this;
    }

    @Override
    public String sourceName() {
        return "espalier";
    }

    @Override
    public MetricRegistry metricRegistry() {
        return registry;
    }

    @Override
    public void say(String line) {
        person.say(line);
    }

    @Override
    public void start(String what, int count, int alreadyDone) {
        tasks = count;
        done = alreadyDone;
        best = Double.NaN;
        person.start(what, count, alreadyDone);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // the study's own thread alone writes
    public void expect(int more) {
        tasks += more;
        person.expect(more);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate")
    public void advance(OptionalDouble drop) {
        done++;
        finished.mark();
        if (drop.isPresent() && !(best <= drop.getAsDouble())) {
            best = drop.getAsDouble();
        }
        person.advance(drop);
    }

    @Override
    public void end() {
        person.end();
    }
}
