package espalier.search;

import espalier.rung.Ladder;
import espalier.rung.Ladder.Step;
import espalier.rung.Rungs;
import espalier.rung.StopRule;
import espalier.table.RungRow;
import espalier.table.StudyFolderException;
import espalier.task.CheckpointReference;
import espalier.task.TrialResult;
import espalier.task.TrialStatus;
import espalier.text.FirstLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A round of trials that climb rungs. Every step is a task of its own and a row when it is done, so that a round that was interrupted goes on where
 * each of its trials stood; a trial is a row when it goes no further.
 */
final class LadderAgenda implements Agenda {
    private static final Logger LOG = LoggerFactory.getLogger(LadderAgenda.class);
    private static final String CHECKPOINTS = "checkpoints";

    private final StudyContext study;
    private final List<PlannedTrial> planned;
    private final Rungs rungs;
    private final Ladder ladder;
    private final TrialQueue queue;
    private final StudyStore store;
    private final TrialRows rows;
    private final Progress progress;
    private final Map<Integer, List<RungRow>> climbed = new HashMap<>();
    private final Map<String, Step> running = new HashMap<>();
    private final Queue<Step> open = new PriorityQueue<>();
    private final double[][] accuracies;
    private int known;

    /**
     * A round, with what an earlier run has done of it.
     *
     * @param planned its trials
     * @param rule says who goes on
     * @param earlier rungs that an earlier run has finished
     */
    LadderAgenda(
            StudyContext study,
            List<PlannedTrial> planned,
            StopRule rule,
            EarlierRungs earlier,
            TrialQueue queue,
            StudyStore store,
            TrialRows rows,
            Progress progress) {
        this.study = study;
        this.planned = planned;
        this.rungs = study.plans().rungs();
        this.ladder = new Ladder(rule, rungs.count(), planned.size());
        this.queue = queue;
        this.store = store;
        this.rows = rows;
        this.progress = progress;
        this.accuracies = new double[rungs.highest() + 1][planned.size()];
        for (double[] each : accuracies) {
            Arrays.fill(each, Double.NaN);
        }
        replay(earlier);
    }

    /** Steps that were done before. */
    int known() {
        return known;
    }

    /** Steps that can begin now. */
    int open() {
        return open.size();
    }

    List<PlannedTrial> planned() {
        return planned;
    }

    /**
     * Validation accuracies of the trials at a rung, percent; NaN for those that did not come so far, or failed.
     */
    double[] accuracies(int rung) {
        return accuracies[rung].clone();
    }

    private void replay(EarlierRungs earlier) {
        rise();
        List<Step> fresh = new ArrayList<>();
        for (Step step = open.poll(); step != null; step = open.poll()) {
            List<RungRow> done = earlier.take(planned.get(step.trial()), rungs.number(step.rung()));
            if (done.isEmpty()) {
                fresh.add(step);
            } else {
                known++;
                climb(step, done);
            }
        }
        open.addAll(fresh);
    }

    /** Makes what can begin now open. */
    private void rise() {
        for (Optional<Step> next = ladder.poll(); next.isPresent(); next = ladder.poll()) {
            open.add(next.get());
        }
    }

    @Override
    public Optional<PlannedTrial> next() {
        Step step = open.poll();
        if (step == null) {
            return Optional.empty();
        }
        PlannedTrial trial = planned.get(step.trial());
        running.put(trial.trial().id(), step);
        int rung = rungs.number(step.rung());
        String id = trial.trial().id();
        String checkpoint = rungs.isLast(step.rung()) ? "" : store.location(checkpoint(id, rung));
        return Optional.of(trial.at(
                step.rung(),
                rung,
                rungs.epochs(step.rung()),
                study.title(id, trial.round(), rung),
                study.plans().step(rungs, step.rung(), left(step), checkpoint)));
    }

    @Override
    public void finished(PlannedTrial trial, TrialResult result) {
        Step step = Objects.requireNonNull(running.remove(trial.trial().id()));
        List<RungRow> done = rows.rungs(trial, result);
        done.forEach(store::append);
        progress.expect(climb(step, done));
        Double drop = done.get(done.size() - 1).drop();
        progress.advance(drop == null || !rungs.isLast(step.rung()) ? OptionalDouble.empty() : OptionalDouble.of(drop));
    }

    /** What the step before left behind, and where this study has it now: nobody opens a path because it stands in a table. */
    private CheckpointReference left(Step step) {
        List<RungRow> done = climbed.getOrDefault(step.trial(), List.of());
        RungRow last = done.isEmpty() ? null : done.get(done.size() - 1);
        return last == null || last.checkpointSha256() == null
                ? CheckpointReference.NONE
                : CheckpointReference.of(
                        store.location(checkpoint(last.trialId(), last.rung())), last.checkpointSha256());
    }

    private static String checkpoint(String trial, int rung) {
        return CHECKPOINTS + "/" + trial + "-rung-" + rung;
    }

    /** Takes a step that is done; returns how many more can begin now. */
    private int climb(Step step, List<RungRow> done) {
        climbed.computeIfAbsent(step.trial(), trial -> new ArrayList<>()).addAll(done);
        for (RungRow row : done) {
            accuracies[row.rung()][step.trial()] = row.accuracy() == null ? Double.NaN : row.accuracy();
        }
        RungRow last = done.get(done.size() - 1);
        int more = ladder.finished(step, accuracies[last.rung()][step.trial()]);
        if (last.status() != TrialStatus.COMPLETED || rungs.isLast(step.rung())) {
            end(step.trial());
        }
        rise();
        return more;
    }

    /** Ends the trials that did not go on. Checkpoints may go once the rows are safe; that they stay would cost room alone. */
    void close() {
        List.copyOf(climbed.keySet()).forEach(this::end);
        store.flush();
        try {
            store.delete(CHECKPOINTS);
        } catch (StudyFolderException e) {
            LOG.warn("{}", FirstLine.of(e));
        }
    }

    private void end(int trial) {
        List<RungRow> done = Objects.requireNonNull(climbed.remove(trial));
        if (!queue.isFinished(planned.get(trial))) {
            queue.keep(rows.trial(planned.get(trial), done, rungs.number(0)));
        }
    }
}
