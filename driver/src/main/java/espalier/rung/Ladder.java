package espalier.rung;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Trials on their way up the rungs. Results arrive in any order and are judged in one: that in which the trials came to the rung. So a decision
 * waits for the trials before it and for nothing else (there is no barrier between rungs), and who goes on depends neither
 * on how many run at a time nor on how long each takes.
 */
public final class Ladder {
    private final List<Rung> rungs = new ArrayList<>();
    private final Queue<Step> runnable = new PriorityQueue<>();

    /** One rung of one trial; those of higher rungs come first, for their trials are the most promising. */
    public record Step(int trial, int rung) implements Comparable<Step> {
        @Override
        public int compareTo(Step other) {
            return rung == other.rung ? Integer.compare(trial, other.trial) : Integer.compare(other.rung, rung);
        }
    }

    /** Who came to a rung, in which order, and what is known of them. */
    private static final class Rung {
        private final Optional<StopRule.Judge> judge;
        private final List<Integer> trials = new ArrayList<>();
        private final Map<Integer, Double> arrived = new HashMap<>();
        private int judged;

        Rung(Optional<StopRule.Judge> judge) {
            this.judge = judge;
        }
    }

    /**
     * A ladder with all trials in front of its lowest rung.
     *
     * @param count of rungs, at least 1
     * @param trials number of trials
     */
    public Ladder(StopRule rule, int count, int trials) {
        for (int rung = 0; rung < count; rung++) {
            rungs.add(new Rung(rung + 1 < count ? Optional.of(rule.judge(rung)) : Optional.empty()));
        }
        for (int trial = 0; trial < trials; trial++) {
            enter(trial, 0);
        }
    }

    /** Takes the next step that can begin, if there is one now. */
    public Optional<Step> poll() {
        return Optional.ofNullable(runnable.poll());
    }

    /**
     * Takes a result.
     *
     * @param accuracy percent; NaN if the trial failed
     * @return how many steps can begin now that could not before
     */
    public int finished(Step step, double accuracy) {
        int before = runnable.size();
        Rung rung = rungs.get(step.rung());
        rung.arrived.put(step.trial(), accuracy);
        while (rung.judged < rung.trials.size() && rung.arrived.containsKey(rung.trials.get(rung.judged))) {
            double next = rung.arrived.remove(rung.trials.get(rung.judged++));
            rung.judge.ifPresent(
                    judge -> judge.finished(next).forEach(index -> enter(rung.trials.get(index), step.rung() + 1)));
        }
        return runnable.size() - before;
    }

    private void enter(int trial, int rung) {
        rungs.get(rung).trials.add(trial);
        runnable.add(new Step(trial, rung));
    }
}
