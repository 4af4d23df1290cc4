package espalier.rung;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Median stopping: a trial goes on unless its accuracy is below the median of those that had finished the rung before it (after Golovin et al.,
 * "Google Vizier: A Service for Black-Box Optimization", KDD 2017, section 3.2.2, with the accuracy at the rung in place of running means).
 *
 * <p>A judge takes O(log n) for each trial.
 *
 * @param warmup trials of a rung that go on without a comparison
 */
public record MedianStopping(int warmup) implements StopRule {
    /** @throws IllegalArgumentException if nobody could be compared with */
    public MedianStopping {
        if (warmup < 1) {
            throw new IllegalArgumentException("warmup is " + warmup + "; it must be at least 1 trial to compare with");
        }
    }

    @Override
    public Judge judge(int rung) {
        return new RunningMedian(warmup);
    }

    /** The lower half of all accuracies so far and the upper one, which has one more where their number is odd. */
    private static final class RunningMedian implements Judge {
        private final int warmup;
        private final PriorityQueue<Double> lower = new PriorityQueue<>(Comparator.reverseOrder());
        private final PriorityQueue<Double> upper = new PriorityQueue<>();
        private int finished;

        RunningMedian(int warmup) {
            this.warmup = warmup;
        }

        @Override
        public List<Integer> finished(double accuracy) {
            int trial = finished++;
            if (Double.isNaN(accuracy)) {
                return List.of();
            }
            boolean goesOn = lower.size() + upper.size() < warmup || accuracy >= median();
            add(accuracy);
            return goesOn ? List.of(trial) : List.of();
        }

        private double median() {
            return upper.size() > lower.size() ? upper.element() : (lower.element() + upper.element()) / 2;
        }

        private void add(double accuracy) {
            lower.add(accuracy);
            upper.add(lower.remove());
            if (upper.size() > lower.size() + 1) {
                lower.add(upper.remove());
            }
        }
    }
}
