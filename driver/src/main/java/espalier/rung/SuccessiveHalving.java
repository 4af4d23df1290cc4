package espalier.rung;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Asynchronous successive halving: of the trials that have finished a rung so far, the best share goes on (Li et al., "A System for Massively Parallel
 * Hyperparameter Tuning", arXiv 1810.05934, algorithm 2). A trial that is among the best early goes on for good, so that in
 * the end a few more than the share have gone on.
 *
 * <p>A judge takes O(log n) for each trial.
 *
 * @param eta by rung: of so many trials one goes on; 1 for all
 */
public record SuccessiveHalving(List<Double> eta) implements StopRule {
    /** Rounding must not cost the last of an exact share. */
    private static final double ROUNDING = 1e-9;

    /** @throws IllegalArgumentException if a number is below 1 */
    public SuccessiveHalving {
        eta = List.copyOf(eta);
        for (double each : eta) {
            if (!(each >= 1)) {
                throw new IllegalArgumentException("eta is " + each + "; it must be at least 1, for all go on");
            }
        }
    }

    @Override
    public Judge judge(int rung) {
        return new BestShare(eta.get(rung));
    }

    private record Score(int trial, double accuracy) {
        /** The best first; of equal ones the earlier. */
        private static final Comparator<Score> BEST_FIRST =
                Comparator.comparingDouble(Score::accuracy).reversed().thenComparingInt(Score::trial);
    }

    /** The best share of all that have finished, and the others. */
    private static final class BestShare implements Judge {
        private final double eta;
        private final TreeSet<Score> best = new TreeSet<>(Score.BEST_FIRST);
        private final TreeSet<Score> others = new TreeSet<>(Score.BEST_FIRST);
        private final Set<Integer> goneOn = new HashSet<>();
        private int finished;

        BestShare(double eta) {
            this.eta = eta;
        }

        @Override
        public List<Integer> finished(double accuracy) {
            Score own = new Score(finished++, accuracy);
            List<Score> risen = new ArrayList<>();
            if (!Double.isNaN(accuracy)) {
                best.add(own);
                others.add(best.pollLast());
                if (best.contains(own)) {
                    risen.add(own);
                }
            }
            int share = (int) Math.floor(finished / eta + ROUNDING);
            while (best.size() < share && !others.isEmpty()) {
                risen.add(others.first());
                best.add(others.pollFirst());
            }
            return risen.stream().map(Score::trial).filter(goneOn::add).sorted().toList();
        }
    }
}
