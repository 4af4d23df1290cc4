package espalier.search;

import espalier.backend.TrialBackend;
import espalier.backend.TrialLostException;
import espalier.table.RungRow;
import espalier.table.TrialRow;
import espalier.task.Phase;
import espalier.task.Trial;
import espalier.task.TrialResult;
import espalier.task.TrialStatus;
import espalier.task.WorkerInfo;
import espalier.text.FirstLine;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs a batch of trials, a few more at a time than the backend has places, and keeps each result as it comes. Trials that
 * an earlier run finished are not run again.
 */
final class TrialQueue {
    private static final WorkerInfo NOWHERE = new WorkerInfo("none", "none", "none", 0, "none");

    private final TrialBackend backend;
    private final StudyStore store;
    private final Progress progress;
    private final Map<String, TrialRow> finished = new LinkedHashMap<>();
    private volatile boolean stopped;

    TrialQueue(TrialBackend backend, StudyStore store, Progress progress) {
        this.backend = backend;
        this.store = store;
        this.progress = progress;
        store.rows(TrialRow.class).forEach(row -> finished.put(row.trialId(), row));
    }

    /**
     * Runs a batch of trials, each in one go; what is not done yet.
     *
     * @param what the batch's name for the user
     * @return one row for each planned trial, in their order
     * @throws StudyFailedException if no trial of the batch completed, or the backend cannot go on
     * @throws StudyStoppedException after {@link #stop}
     */
    List<TrialRow> run(String what, List<PlannedTrial> planned, TrialRows rows) {
        List<PlannedTrial> open = planned.stream().filter(this::isOpen).toList();
        progress.start(what, planned.size(), planned.size() - open.size());
        Iterator<PlannedTrial> next = open.iterator();
        work(new Agenda() {
            @Override
            public Optional<PlannedTrial> next() {
                return next.hasNext() ? Optional.of(next.next()) : Optional.empty();
            }

            @Override
            public void finished(PlannedTrial trial, TrialResult result) {
                keep(trial, result, rows);
            }
        });
        return rowsOf(what, planned);
    }

    /**
     * Runs a round of trials that climb rungs; what is not done yet.
     *
     * @param what the round's name for the user
     * @return one row for each planned trial, in their order
     * @throws StudyFailedException if no trial of the round completed, or the backend cannot go on
     * @throws StudyStoppedException after {@link #stop}
     */
    List<TrialRow> run(String what, LadderAgenda round) {
        progress.start(what, round.known() + round.open(), round.known());
        work(round);
        round.close();
        return rowsOf(what, round.planned());
    }

    private List<TrialRow> rowsOf(String what, List<PlannedTrial> planned) {
        progress.end();
        store.flush();
        List<TrialRow> done = new ArrayList<>();
        planned.forEach(trial -> done.add(row(trial)));
        requireOneCompleted(what, done);
        return done;
    }

    private void work(Agenda agenda) {
        BlockingQueue<Finished> results = new LinkedBlockingQueue<>();
        int inFlight = 0;
        while (true) {
            requireNotStopped(results, agenda);
            // Asked each time: a cluster grows and shrinks.
            Optional<PlannedTrial> next = inFlight < 2 * backend.parallelism() ? agenda.next() : Optional.empty();
            if (next.isPresent()) {
                submit(next.get(), results);
                inFlight++;
            } else if (inFlight > 0) {
                Finished done = take(results);
                if (done.result() == null) {
                    requireNotStopped(results, agenda);
                }
                agenda.finished(done.planned(), resultOf(done));
                inFlight--;
            } else {
                return;
            }
        }
    }

    /**
     * Runs one trial of test images and waits for it; nothing of it is kept.
     *
     * @return test accuracy, percent
     */
    double test(PlannedTrial planned) {
        if (stopped) {
            throw new StudyStoppedException();
        }
        TrialResult result;
        try {
            result = await(backend, planned.trial());
        } catch (StudyFailedException e) {
            throw stopped ? new StudyStoppedException() : e;
        }
        return result.accuracy(StudyPlans.TEST)
                .orElseThrow(() -> new StudyFailedException(
                        "reading the test images failed in " + result.id() + ": " + result.reason()));
    }

    /** Gives up what runs, and ends whoever waits for it; to be called from another thread. */
    void stop() {
        stopped = true;
        backend.cancel();
    }

    /** Runs one trial and waits for it. */
    static TrialResult await(TrialBackend backend, Trial trial) {
        try {
            return backend.submit(trial).join();
        } catch (CompletionException e) {
            throw cannotGoOn(Objects.requireNonNull(cause(e)));
        }
    }

    /** What happened, without the future's wrapping. */
    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** The row of a finished trial. */
    TrialRow row(PlannedTrial trial) {
        return Objects.requireNonNull(
                finished.get(trial.trial().id()), trial.trial().id());
    }

    static String networkFile(String trialId) {
        return "networks/" + trialId + ".zip";
    }

    private boolean isOpen(PlannedTrial planned) {
        TrialRow row = finished.get(planned.trial().id());
        if (row == null) {
            return true;
        }
        planned.requireRecipe(row.subnetwork().recipeId());
        boolean keepsNetwork = planned.trial().phases().stream().anyMatch(phase -> phase instanceof Phase.KeepNetwork);
        return keepsNetwork && row.status() == TrialStatus.COMPLETED && !store.exists(networkFile(row.trialId()));
    }

    private void submit(PlannedTrial planned, BlockingQueue<Finished> results) {
        long startedAt = System.currentTimeMillis();
        var unused = backend.submit(planned.trial())
                .whenComplete(
                        (result, failure) -> results.add(new Finished(planned, startedAt, result, cause(failure))));
        if (stopped) {
            backend.cancel();
        }
    }

    /** When the study stops, what has come in is kept. */
    private void requireNotStopped(BlockingQueue<Finished> results, Agenda agenda) {
        if (stopped) {
            List<Finished> arrived = new ArrayList<>();
            results.drainTo(arrived);
            arrived.stream()
                    .filter(done -> done.result() != null)
                    .forEach(done -> agenda.finished(done.planned(), resultOf(done)));
            throw new StudyStoppedException();
        }
    }

    /** The result; of a trial that no machine finished, one that says so. */
    private static TrialResult resultOf(Finished done) {
        if (done.result() != null) {
            return done.result();
        }
        if (!(done.failure() instanceof TrialLostException lost)) {
            throw cannotGoOn(Objects.requireNonNull(done.failure()));
        }
        return TrialResult.failed(
                done.planned().trial(),
                Objects.requireNonNull(lost.getMessage()),
                NOWHERE,
                done.startedAt(),
                System.currentTimeMillis());
    }

    /** What the end of the backend is for a study: nothing is wrong with its trials, and none of them is given up. */
    private static StudyFailedException cannotGoOn(Throwable failure) {
        return new StudyFailedException("the cluster cannot go on (" + FirstLine.of(failure)
                + "); what is done is kept: run the same command again");
    }

    private static Finished take(BlockingQueue<Finished> results) {
        try {
            return results.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StudyFailedException("interrupted; run the same command again to go on");
        }
    }

    private void keep(PlannedTrial planned, TrialResult result, TrialRows rows) {
        if (result.network().length > 0) {
            store.write(networkFile(result.id()), result.network());
        }
        List<RungRow> rungs = rows.rungs(planned, result);
        TrialRow row = rows.trial(planned, rungs, planned.rung());
        // An original that failed is no result: there is nothing yet to compare with, and the next run tries again.
        if (row.round() > 0 || row.status() == TrialStatus.COMPLETED) {
            rungs.forEach(store::append);
            keep(row);
        } else {
            finished.put(row.trialId(), row);
        }
        Double drop = row.accuracy().drop();
        progress.advance(drop == null || row.round() == 0 ? OptionalDouble.empty() : OptionalDouble.of(drop));
    }

    /** Keeps the row of a trial that goes no further. */
    void keep(TrialRow row) {
        finished.put(row.trialId(), row);
        store.append(row);
    }

    boolean isFinished(PlannedTrial trial) {
        return finished.containsKey(trial.trial().id());
    }

    private static void requireOneCompleted(String what, List<TrialRow> rows) {
        if (!rows.isEmpty() && rows.stream().noneMatch(row -> row.status() == TrialStatus.COMPLETED)) {
            throw new StudyFailedException("all " + rows.size() + " trials of " + what + " failed; the first one: "
                    + rows.get(0).reason());
        }
    }

    /** What came back: a result, or a failure. */
    private record Finished(
            PlannedTrial planned,
            long startedAt,
            @Nullable TrialResult result,
            @Nullable Throwable failure) {}
}
