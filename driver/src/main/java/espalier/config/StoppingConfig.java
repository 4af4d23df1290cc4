package espalier.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Which trials are trained to the end. Each climbs rungs, which are numbers of epochs of one and the same training, and is measured at each; a rule
 * says whether it goes on.
 */
public record StoppingConfig(
        @Key(
                doc =
                        "none trains all to the end; halving lets the best of each rung go on, median those above the median of the trials before",
                defaultsTo = "none")
        Rule rule,

        @Key(
                doc =
                        "each rung has so many times the epochs of the one below; under halving one of so many trials goes on",
                allowed = "(1, 100]",
                defaultsTo = "3",
                onlyFor = "rule: halving, median")
        double eta,

        @Key(
                doc = "trials of a rung that go on without a comparison",
                allowed = "[1, 100000]",
                defaultsTo = "5",
                onlyFor = "rule: median")
        int warmup,

        @Key(
                doc = "epochs of the first rung of training; the last rung is training.fine-tune.epochs",
                allowed = "[1, 100000]",
                defaultsTo = "1",
                onlyFor = "rule: halving, median")
        int firstEpochs,

        @Key(
                doc = "whether accuracy right after recalibration, without training, is a rung too, the lowest",
                defaultsTo = "true",
                onlyFor = "rule: halving, median")
        boolean untrainedRung,

        @Key(
                doc =
                        "least rank correlation (Kendall's tau) of a rung with the next: of one that is shown to have less, more trials go on in the next round",
                allowed = "[-1, 1]",
                defaultsTo = "0.5",
                onlyFor = "rule: halving")
        double leastCorrelation) {

    private static final Section KEYS = Section.of(StoppingConfig.class);

    /** What stops trials. */
    public enum Rule {
        NONE,
        /** Asynchronous successive halving. */
        HALVING,
        MEDIAN
    }

    /** @throws IllegalArgumentException if a value is out of range */
    public StoppingConfig {
        KEYS.check(rule, eta, warmup, firstEpochs, untrainedRung, leastCorrelation);
    }

    /** Whether any trial may be stopped. */
    public boolean stops() {
        return rule != Rule.NONE;
    }

    /**
     * Epochs of training at each rung, rising by a factor of eta. A rung that would lie nearer to the last than by the square root of eta is left out:
     * whoever has come so far may as well end.
     *
     * @param epochs of a trial that goes to the end
     */
    public List<Integer> rungs(int epochs) {
        List<Integer> rungs = new ArrayList<>();
        if (untrainedRung) {
            rungs.add(0);
        }
        for (int next = firstEpochs; next < epochs; next = Math.max(next + 1, (int) Math.round(next * eta))) {
            if (next == firstEpochs || next * Math.sqrt(eta) <= epochs) {
                rungs.add(next);
            }
        }
        rungs.add(epochs);
        return rungs;
    }
}
