package espalier.refine;

import espalier.refine.RangeDecision.Outcome;
import espalier.refine.RangeDecision.Range;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Decides from the trials of a study which part of the space to keep: a reconstruction of the refinement of network pruning
 * spaces (arXiv 2304.09453) on the statistics of design spaces (arXiv 2003.13678, section 3).
 *
 * <p>The range of mCB is narrowed where the regression shows an optimum inside the sampled range, that of the spread where
 * it shows an effect; each to the bootstrap range of the best trials. Otherwise the range is kept, unless the study asks to
 * narrow regardless.
 *
 * @param optimumTest tells whether an effect is shown
 * @param bootstrap of the range where the best trials are
 * @param regardless narrow also where nothing is shown
 */
public record SpaceRefiner(OptimumTest optimumTest, Bootstrap bootstrap, When regardless) {
    public static final String MCB = "mcb";
    public static final String SPREAD = "spread";

    /** A range is never narrowed to less than this: a space of one width is no space. */
    private static final double LEAST_WIDTH = 0.04;

    private static final int DECIMALS = 10_000;
    private static final String NO_TRIALS = "no trial completed";

    /** When to narrow a range. */
    public enum When {
        SHOWN,
        ALWAYS
    }

    /**
     * Decides on both ranges.
     *
     * @param mcb of each trial
     * @param spread of each trial
     * @param drops of each trial, percentage points
     * @param mcbRange of the space that was searched
     * @param spreadRange of the space that was searched
     * @return the decision on mCB, then that on the spread
     */
    public List<RangeDecision> refine(
            double[] mcb, double[] spread, double[] drops, Range mcbRange, Range spreadRange) {
        if (drops.length == 0) {
            return List.of(kept(MCB, mcbRange, NO_TRIALS), kept(SPREAD, spreadRange, NO_TRIALS));
        }
        OptimumReport report = optimumTest.run(mcb, spread, drops);
        return List.of(
                decideOptimum(MCB, report.optimum(), bootstrap.bestValue(mcb, drops), mcbRange),
                decideEffect(SPREAD, report.spreadEffect(), bootstrap.bestValue(spread, drops), spreadRange));
    }

    private RangeDecision decideOptimum(String quantity, Optimum optimum, Interval best, Range range) {
        if (optimum instanceof Optimum.Shown shown) {
            String reason = "an optimum is shown at %s %.3f"
                            .formatted(name(quantity), shown.budget().estimate())
                    + "; the best trials lie in [%.3f, %.3f]".formatted(best.low(), best.high());
            Evidence evidence = new Evidence(name(quantity) + " of least drop (regression)", shown.budget(), reason);
            return narrowed(quantity, range, best.low(), best.high(), Outcome.NARROWED, evidence);
        }
        return undecided(quantity, range, best, "no optimum shown: " + ((Optimum.NotShown) optimum).reason());
    }

    private RangeDecision decideEffect(String quantity, SpreadEffect effect, Interval best, Range range) {
        if (effect instanceof SpreadEffect.Shown shown) {
            boolean lessIsBetter = shown.slope().isAbove(0);
            String reason = "%s%s %s is better; the best trials lie in [%.3f, %.3f]"
                    .formatted(
                            quantity.equals(SPREAD) ? "at equal mCB " : "",
                            lessIsBetter ? "less" : "more",
                            quantity,
                            best.low(),
                            best.high());
            return narrowed(
                    quantity,
                    range,
                    lessIsBetter ? range.low() : best.low(),
                    lessIsBetter ? best.high() : range.high(),
                    Outcome.NARROWED,
                    new Evidence("slope of drop on " + quantity + " (regression)", shown.slope(), reason));
        }
        return undecided(quantity, range, best, "no effect shown: " + ((SpreadEffect.NotShown) effect).reason());
    }

    private static String name(String quantity) {
        return quantity.equals(MCB) ? OptimumTest.Names.STANDARD.budget() : quantity;
    }

    private RangeDecision undecided(String quantity, Range range, Interval best, String why) {
        String statistic = "best " + quantity + " (bootstrap)";
        if (regardless == When.SHOWN) {
            return new RangeDecision(quantity, range, range, Outcome.KEPT, statistic, Optional.of(best), why);
        }
        String reason = why + "; narrowed to the bootstrap range of the best trials all the same";
        return narrowed(
                quantity,
                range,
                best.low(),
                best.high(),
                Outcome.NARROWED_REGARDLESS,
                new Evidence(statistic, best, reason));
    }

    /** What was measured, and what it says. */
    private record Evidence(String statistic, Interval interval, String reason) {}

    private static RangeDecision narrowed(
            String quantity, Range range, double low, double high, Outcome outcome, Evidence evidence) {
        Range to = narrow(range, low, high);
        boolean nothingLeft = to.equals(range) || to.width() < LEAST_WIDTH;
        return new RangeDecision(
                quantity,
                range,
                nothingLeft ? range : to,
                nothingLeft ? Outcome.KEPT : outcome,
                evidence.statistic(),
                Optional.of(evidence.interval()),
                nothingLeft
                        ? evidence.reason()
                                + "; in [%.3f, %.3f] that leaves nothing to narrow".formatted(range.low(), range.high())
                        : evidence.reason());
    }

    /**
     * Decides on the range of one quantity: to where the best trials are if an optimum is shown inside the sampled range, else to the better side if the
     * drop is shown to rise or fall with it.
     *
     * @param quantity its name
     * @param values of each trial, above 0
     * @param drops of each trial, percentage points
     * @param range of the space that was searched
     * @return one decision
     */
    public List<RangeDecision> refine(String quantity, double[] values, double[] drops, Range range) {
        if (drops.length == 0) {
            return List.of(kept(quantity, range, NO_TRIALS));
        }
        OptimumTest.Names names = new OptimumTest.Names(quantity, quantity);
        double[] constant = new double[values.length];
        Arrays.fill(constant, 1);
        Optimum optimum = optimumTest.run(names, values, constant, drops).optimum();
        if (optimum instanceof Optimum.Shown) {
            return List.of(decideOptimum(quantity, optimum, bootstrap.bestValue(values, drops), range));
        }
        SpreadEffect effect = optimumTest.run(names, constant, values, drops).spreadEffect();
        return List.of(decideEffect(quantity, effect, bootstrap.bestValue(values, drops), range));
    }

    /** A range that is not to be narrowed, whatever its trials show. */
    public static RangeDecision kept(String quantity, Range range, String reason) {
        return new RangeDecision(quantity, range, range, Outcome.KEPT, "none", Optional.empty(), reason);
    }

    /** The part of the range in [low, high] after that was widened to {@link #LEAST_WIDTH}, in few decimals. */
    private static Range narrow(Range range, double low, double high) {
        double missing = Math.max(0, LEAST_WIDTH - (high - low)) / 2;
        double from = Math.floor((low - missing) * DECIMALS) / DECIMALS;
        double to = Math.ceil((high + missing) * DECIMALS) / DECIMALS;
        double clippedFrom = Math.min(Math.max(range.low(), from), range.high());
        double clippedTo = Math.max(Math.min(range.high(), to), clippedFrom);
        return new Range(clippedFrom, clippedTo);
    }
}
