package espalier.task;

import espalier.dl4j.NativeMemory;
import espalier.dl4j.NetworkFiles;
import espalier.text.FirstLine;
import espalier.train.BatchNormRecalibration;
import espalier.train.Deadline;
import espalier.train.Evaluator;
import espalier.train.Trainer;
import espalier.train.TrainingException;
import espalier.train.TrainingState;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one trial's phases in the calling thread and answers with a result, whatever happens: a trial that cannot be done is
 * a result with a reason.
 */
public final class TrialRunner {
    private static final Logger LOG = LoggerFactory.getLogger(TrialRunner.class);

    private final Workbench bench;
    private final Trial trial;
    private final CheckpointStore checkpoints;
    private final Deadline deadline;
    private final Map<String, Double> accuracies = new LinkedHashMap<>();
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private @Nullable ComputationGraph graph;
    private TrainingState state = TrainingState.START;
    private byte[] kept = {};
    private CheckpointReference left = CheckpointReference.NONE;

    private TrialRunner(Workbench bench, Trial trial, CheckpointStore checkpoints) {
        this.bench = bench;
        this.checkpoints = checkpoints;
        this.trial = trial;
        this.deadline = Deadline.in(trial.timeLimitSeconds());
    }

    /**
     * Runs a trial; never throws for what goes wrong inside it.
     *
     * @param checkpoints where it leaves them and finds them
     */
    public static TrialResult run(Workbench bench, Trial trial, WorkerInfo worker, CheckpointStore checkpoints) {
        long startedAt = System.currentTimeMillis();
        TrialRunner runner = new TrialRunner(bench, trial, checkpoints);
        TrialStatus status = TrialStatus.COMPLETED;
        String reason = "";
        try {
            trial.phases().forEach(runner::timed);
        } catch (TrainingException e) {
            status = TrialStatus.FAILED;
            reason = Objects.requireNonNull(e.getMessage());
        } catch (IllegalArgumentException e) {
            status = TrialStatus.INFEASIBLE;
            reason = FirstLine.of(e);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.warn("trial {} failed", trial.id(), e);
            status = TrialStatus.FAILED;
            reason = isOutOfMemory(e) ? "out of memory: " + FirstLine.of(e) : FirstLine.of(e);
        } finally {
            runner.release();
            NativeMemory.endOfWork();
        }
        return new TrialResult(
                trial.id(),
                status,
                reason,
                runner.accuracies,
                runner.seconds,
                worker,
                startedAt,
                System.currentTimeMillis(),
                runner.kept,
                runner.left);
    }

    private void timed(Phase phase) {
        // What is trained and measured counts, late or not.
        if (!(phase instanceof Phase.SaveCheckpoint)) {
            deadline.check();
        }
        double before = total();
        long start = System.nanoTime();
        run(phase);
        double own = (System.nanoTime() - start) / 1e9 - (total() - before);
        seconds.merge(stage(phase), own, Double::sum);
    }

    private double total() {
        return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private void run(Phase phase) {
        if (phase instanceof Phase.InheritWeights) {
            graph = bench.inherit(trial.recipe());
        } else if (phase instanceof Phase.FreshWeights) {
            graph = bench.fresh(trial.recipe(), trial.seed());
        } else if (phase instanceof Phase.GivenWeights) {
            graph = NetworkFiles.read(trial.network(), "the network of trial " + trial.id());
        } else if (phase instanceof Phase.Recalibrate recalibrate) {
            BatchNormRecalibration.recalibrate(
                    graph(),
                    bench.training(recalibrate.batchSize()),
                    bench.shape(),
                    bench.classes(),
                    recalibrate.batches(),
                    trial.seed(),
                    deadline);
        } else if (phase instanceof Phase.Train train) {
            state = Trainer.train(
                    graph(),
                    bench.training(train.plan().batchSize()),
                    bench.shape(),
                    bench.classes(),
                    train.plan(),
                    state,
                    train.until(),
                    trial.seed(),
                    deadline);
        } else if (phase instanceof Phase.Evaluate evaluate) {
            double accuracy =
                    Evaluator.accuracy(graph(), bench.evaluation(evaluate.part()), bench.shape(), bench.classes());
            accuracies.put(evaluate.stage(), accuracy);
        } else if (phase instanceof Phase.KeepNetwork) {
            kept = NetworkFiles.write(graph());
        } else if (phase instanceof Phase.SaveCheckpoint save) {
            save(save.location());
        } else if (phase instanceof Phase.Resume resume) {
            resume(resume);
        }
    }

    /** A checkpoint that is not written costs the next rung time, and nothing else. */
    private void save(String location) {
        try {
            left = new Checkpoint(graph(), state).write(checkpoints, location);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.warn("trial {} leaves no checkpoint: {}", trial.id(), FirstLine.withKind(e));
        }
    }

    private void resume(Phase.Resume resume) {
        if (!resume.checkpoint().isNone()) {
            try {
                Checkpoint checkpoint = Checkpoint.read(checkpoints, resume.checkpoint());
                graph = checkpoint.graph();
                state = checkpoint.state();
                return;
            } catch (IOException | RuntimeException e) {
                LOG.warn("trial {} does its earlier rungs again: {}", trial.id(), FirstLine.withKind(e));
            }
        }
        resume.otherwise().forEach(this::timed);
    }

    /** Frees the network at once: the garbage collector does not see how much memory it holds. */
    private void release() {
        if (graph != null) {
            NativeMemory.release(graph);
            graph = null;
        }
    }

    private ComputationGraph graph() {
        if (graph == null) {
            throw new IllegalStateException(
                    "trial " + trial.id() + " has no network yet; its first phase must give one");
        }
        return graph;
    }

    private static String stage(Phase phase) {
        return phase instanceof Phase.Evaluate
                ? "evaluate"
                : phase.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static boolean isOutOfMemory(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof OutOfMemoryError
                || message.contains("Failed to allocate")
                || e.getCause() instanceof OutOfMemoryError;
    }
}
