package espalier.refine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Tells whether the trials show an optimal mCB, and whether the spread matters, by one regression so that the two are not
 * mistaken for each other: drop = b0 + b1 u + b2 u^2 + c1 s + c2 s^2 with u = log mCB and s = spread. Terms that the values
 * cannot tell apart are left out. The intervals come from a bootstrap of the trials, which holds for noise of any shape.
 *
 * <p>An optimum is shown only if the curvature b2 is above 0, the vertex -b1 / (2 b2) lies inside the sampled range of u, and
 * the drop rises on both sides of the vertex: two lines, one on each side, must fall and rise (Simonsohn, "Two Lines: A Valid
 * Alternative to the Invalid Testing of U-Shaped Relationships With Quadratic Regressions", 2018). The last condition is
 * there because the parabola through a curve that falls and then flattens out has its vertex inside the range too.
 *
 * @param resamples resamples of the bootstrap, at least 100; the cost is O(resamples * n)
 * @param confidence coverage of the intervals, above 0.5 and below 1
 * @param seed of the resamples
 */
public record OptimumTest(int resamples, double confidence, long seed) {
    /** Fewer trials show nothing: six for each of the five coefficients. */
    public static final int MINIMUM_TRIALS = 30;

    /**
     * What the two quantities are called in reasons.
     *
     * @param budget the one whose logarithm has an optimum
     * @param spread the one that is better the less or the more there is of it
     */
    record Names(String budget, String spread) {
        static final Names STANDARD = new Names("mCB", "spread");
    }

    /** Resamples of {@link #withDefaults}. */
    public static final int DEFAULT_RESAMPLES = 2_000;

    /** Share of the resamples that must allow a fit; with fewer it hangs on single trials. */
    private static final double SOLVABLE_SHARE = 0.95;

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if there are too few resamples or the confidence is out of range
     */
    public OptimumTest {
        Checks.atLeast("resamples", resamples, 100);
        if (!(confidence > 0.5 && confidence < 1)) {
            throw new IllegalArgumentException("confidence is " + confidence
                    + ", must be above 0.5 and below 1: give a fraction such as 0.95, not 95");
        }
    }

    /** 2,000 resamples and 95 % confidence. */
    public static OptimumTest withDefaults(long seed) {
        return new OptimumTest(DEFAULT_RESAMPLES, Bootstrap.DEFAULT_CONFIDENCE, seed);
    }

    /**
     * Fits the regression and says what it shows. Too few trials, a constant column or confounded columns are an outcome,
     * not an error.
     *
     * @param budgets mCB of each trial, above 0
     * @param spreads standard deviation of each trial's ratios
     * @param drops drop of each trial, percentage points
     * @throws IllegalArgumentException if the lengths differ, there is no trial, a number is not finite or an mCB is not
     *     positive
     */
    public OptimumReport run(double[] budgets, double[] spreads, double[] drops) {
        return run(Names.STANDARD, budgets, spreads, drops);
    }

    /** The same for other quantities. */
    OptimumReport run(Names names, double[] budgets, double[] spreads, double[] drops) {
        double[] responses = Checks.finite("drops", drops);
        Checks.sameLength("budgets", budgets, "drops", drops);
        Checks.sameLength("spreads", spreads, "drops", drops);
        Predictor budget = new Predictor(logarithms(budgets));
        Predictor spread = new Predictor(Checks.finite("spreads", spreads));
        if (responses.length < MINIMUM_TRIALS) {
            String reason = responses.length + " trials are too few: at least " + MINIMUM_TRIALS + " are needed";
            return OptimumReport.notShown(Obstacle.TOO_FEW_TRIALS, reason);
        }
        List<double[]> intercept = List.of(Predictor.intercept(responses.length));
        LeastSquares model = new LeastSquares(join(join(intercept, budget.terms()), spread.terms()), responses);
        if (model.fit().isEmpty()) {
            return OptimumReport.notShown(
                    Obstacle.CONFOUNDED,
                    names.budget + " and " + names.spread
                            + " determine each other: sample spaces that vary only one of them");
        }
        return fit(model)
                .map(fit -> new OptimumReport(
                        optimum(names.budget, fit, budget, spread, responses),
                        spreadEffect(names.spread, fit, budget.terms().size(), spread)))
                .orElseGet(() -> OptimumReport.notShown(
                        Obstacle.TOO_FEW_VALUES,
                        "the fit hangs on single trials: sample more values of " + names.budget + " and "
                                + names.spread));
    }

    private static double[] logarithms(double[] budgets) {
        double[] copy = Checks.finite("budgets", budgets);
        for (int i = 0; i < copy.length; i++) {
            if (copy[i] <= 0) {
                throw new IllegalArgumentException("budgets[" + i + "] is " + copy[i]
                        + ", must be above 0: give mCB, a ratio to the original network's");
            }
        }
        return Arrays.stream(copy).map(Math::log).toArray();
    }

    private Optimum optimum(String name, Fit fit, Predictor budget, Predictor spread, double[] drops) {
        if (budget.terms().size() < 2) {
            return new Optimum.NotShown(Obstacle.TOO_FEW_VALUES, name + " takes fewer than 3 distinct values");
        }
        double scale = budget.deviation() * budget.deviation();
        Interval curvature = fit.interval(coefficients -> coefficients[2] / scale, confidence);
        if (!curvature.isAbove(0)) {
            return new Optimum.NotShown(
                    Obstacle.FLAT, "the curvature is not above 0: its interval is " + words(curvature));
        }
        double low = budget.linear().min().orElseThrow();
        double high = budget.linear().max().orElseThrow();
        Interval vertex = fit.interval(coefficients -> vertex(coefficients, low, high), confidence);
        Interval optimum = new Interval(
                Math.exp(budget.original(vertex.low())),
                Math.exp(budget.original(vertex.estimate())),
                Math.exp(budget.original(vertex.high())),
                confidence);
        if (!vertex.isInside(low, high)) {
            String range = words(Math.exp(budget.original(low)), Math.exp(budget.original(high)));
            return new Optimum.NotShown(
                    Obstacle.OUTSIDE_RANGE,
                    "the interval " + words(optimum) + " of the best " + name + " leaves the sampled range " + range);
        }
        if (!risesOnBothSides(vertex.estimate(), budget, spread, drops)) {
            return new Optimum.NotShown(
                    Obstacle.ONE_SIDED,
                    String.format(
                            Locale.ROOT, "the drop does not rise on both sides of %s %.3f", name, optimum.estimate()));
        }
        return new Optimum.Shown(optimum, curvature);
    }

    /**
     * The vertex of the fitted parabola, cut at one range's width outside the range; where the parabola has no minimum, the cut
     * on the side to which it falls.
     */
    private static double vertex(double[] coefficients, double low, double high) {
        double lowest = low - (high - low);
        double highest = high + (high - low);
        if (coefficients[2] <= 0) {
            return coefficients[1] < 0 ? highest : lowest;
        }
        return Math.max(lowest, Math.min(highest, -coefficients[1] / (2 * coefficients[2])));
    }

    /** Whether separate lines left and right of the vertex fall and rise; each is tested on its one side. */
    private boolean risesOnBothSides(double vertex, Predictor budget, Predictor spread, double[] drops) {
        List<double[]> lines = List.of(
                Predictor.intercept(drops.length),
                budget.linear().map(value -> value < vertex ? 0 : 1).toArray(),
                budget.linear().map(value -> Math.min(value - vertex, 0)).toArray(),
                budget.linear().map(value -> Math.max(value - vertex, 0)).toArray());
        double bothSides = 2 * confidence - 1;
        return fit(new LeastSquares(join(lines, spread.terms()), drops))
                .filter(fit ->
                        fit.interval(coefficients -> coefficients[2], bothSides).isBelow(0))
                .filter(fit ->
                        fit.interval(coefficients -> coefficients[3], bothSides).isAbove(0))
                .isPresent();
    }

    private SpreadEffect spreadEffect(String name, Fit fit, int budgetTerms, Predictor spread) {
        if (spread.terms().isEmpty()) {
            return new SpreadEffect.NotShown(Obstacle.TOO_FEW_VALUES, "the " + name + " is constant");
        }
        Interval slope = fit.interval(coefficients -> coefficients[1 + budgetTerms] / spread.deviation(), confidence);
        if (slope.contains(0)) {
            return new SpreadEffect.NotShown(Obstacle.FLAT, "the interval " + words(slope) + " of the slope holds 0");
        }
        return new SpreadEffect.Shown(slope);
    }

    private Optional<Fit> fit(LeastSquares model) {
        return model.fit()
                .map(coefficients -> new Fit(model.rows(), coefficients, model.fitResamples(resamples, seed)))
                .filter(fit -> fit.replicates.size() >= SOLVABLE_SHARE * resamples);
    }

    private static List<double[]> join(List<double[]> first, List<double[]> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static String words(Interval interval) {
        return words(interval.low(), interval.high());
    }

    private static String words(double low, double high) {
        return String.format(Locale.ROOT, "[%.3f, %.3f]", low, high);
    }

    /** The coefficients on all trials and on the resamples. */
    private static final class Fit {
        private final int rows;
        private final double[] coefficients;
        private final List<double[]> replicates;

        Fit(int rows, double[] coefficients, List<double[]> replicates) {
            this.rows = rows;
            this.coefficients = coefficients;
            this.replicates = replicates;
        }

        Interval interval(ToDoubleFunction<double[]> statistic, double confidence) {
            double tail =
                    PercentileExpansion.ofRegression(rows, coefficients.length).toReplicates((1 - confidence) / 2);
            return new Replicates(replicates.stream().mapToDouble(statistic).toArray())
                    .interval(statistic.applyAsDouble(coefficients), confidence, tail);
        }
    }
}
