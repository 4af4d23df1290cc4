package espalier.train;

import java.util.List;

/**
 * Learning rate over a training run: a linear warm-up, then a law.
 *
 * @param law what follows the warm-up
 * @param peak the largest learning rate
 * @param warmupEpochs epochs of linear growth from zero to the peak
 * @param milestones for {@link Law#STEP}: epochs at which the rate is multiplied by gamma, ascending
 * @param gamma for {@link Law#STEP}: the factor
 */
public record LearningRateSchedule(Law law, double peak, int warmupEpochs, List<Integer> milestones, double gamma) {

    /** How the rate falls. */
    public enum Law {
        /** Half a period of the cosine, from the peak to zero (Loshchilov and Hutter, arXiv 1608.03983, equation 5). */
        COSINE,
        /** Multiplied by gamma at every milestone. */
        STEP,
        CONSTANT
    }

    public LearningRateSchedule {
        milestones = List.copyOf(milestones);
        if (!(peak > 0) || Double.isInfinite(peak)) {
            throw new IllegalArgumentException("learning rate is " + peak + "; it must be above 0");
        }
        if (warmupEpochs < 0) {
            throw new IllegalArgumentException("warm-up is " + warmupEpochs + " epochs; it must be 0 or more");
        }
        if (!(gamma > 0) || gamma > 1) {
            throw new IllegalArgumentException("gamma is " + gamma + "; it must be in (0, 1]");
        }
    }

    /** A cosine without warm-up. */
    public static LearningRateSchedule cosine(double peak) {
        return new LearningRateSchedule(Law.COSINE, peak, 0, List.of(), 1);
    }

    /**
     * The rate of one step.
     *
     * @param epoch epochs done, with a fraction for the steps of the one under way
     * @param epochs length of the whole run
     */
    public double at(double epoch, int epochs) {
        if (epoch < warmupEpochs) {
            return peak * epoch / warmupEpochs;
        }
        return switch (law) {
            case COSINE ->
                peak / 2 * (1 + Math.cos(Math.PI * (epoch - warmupEpochs) / Math.max(1, epochs - warmupEpochs)));
            case STEP -> peak * Math.pow(gamma, milestonesBefore(epoch));
            case CONSTANT -> peak;
        };
    }

    private int milestonesBefore(double epoch) {
        return (int) milestones.stream().filter(milestone -> epoch >= milestone).count();
    }
}
