package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimumTestTest {
    private static final int SEEDS = 200;

    /** Trials with mCB from 0.7 to 1.4 and spread from 0 to 0.3, and drops with noise of 1 percentage point. */
    private static final class Trials {
        final double[] budgets;
        final double[] spreads;
        final double[] drops;

        Trials(double[] budgets, double[] spreads, double[] drops) {
            this.budgets = budgets;
            this.spreads = spreads;
            this.drops = drops;
        }

        static Trials independent(int size, long seed, DoubleBinaryOperator drop) {
            return sample(size, seed, (spread, random) -> Math.log(0.7) + Math.log(2) * random.nextDouble(), drop);
        }

        /** The larger the spread, the further mCB is from 1. */
        static Trials confounded(int size, long seed, DoubleBinaryOperator drop) {
            return sample(size, seed, (spread, random) -> 1.2 * spread * random.nextGaussian(), drop);
        }

        private static Trials sample(int size, long seed, Logarithm logarithm, DoubleBinaryOperator drop) {
            SplittableRandom random = new SplittableRandom(seed);
            double[] budgets = new double[size];
            double[] spreads = new double[size];
            double[] drops = new double[size];
            for (int i = 0; i < size; i++) {
                spreads[i] = 0.3 * random.nextDouble();
                double u = logarithm.of(spreads[i], random);
                budgets[i] = Math.exp(u);
                drops[i] = drop.applyAsDouble(u, spreads[i]) + random.nextGaussian();
            }
            return new Trials(budgets, spreads, drops);
        }

        OptimumReport report(int resamples, long seed) {
            return new OptimumTest(resamples, 0.95, seed).run(budgets, spreads, drops);
        }
    }

    private interface Logarithm {
        double of(double spread, SplittableRandom random);
    }

    private interface Population {
        Trials sample(long seed);
    }

    /** In how many of the seeds an optimum is shown. */
    private static int optimaShown(Population population) {
        return (int) IntStream.range(0, SEEDS)
                .filter(seed -> population.sample(seed).report(200, seed).optimum() instanceof Optimum.Shown)
                .count();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1})
    void showsAPlantedOptimumAndCoversIt(double optimum) {
        int shown = 0;
        int covered = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Trials trials = Trials.independent(100, seed, (u, s) -> 40 * Math.pow(u - optimum, 2) + 10 * s);
            if (trials.report(200, seed).optimum() instanceof Optimum.Shown found) {
                shown++;
                covered += found.budget().contains(Math.exp(optimum)) ? 1 : 0;
            }
        }
        assertThat(shown).isGreaterThanOrEqualTo(SEEDS * 90 / 100);
        assertThat(covered).isGreaterThanOrEqualTo(shown * 90 / 100);
    }

    /**
     * With a true rate of 5 % the number of false effects of the spread is binomial; it exceeds its 99 % quantile by chance once
     * in 100 times. The three conditions on an optimum leave far less than 5 %.
     */
    @ParameterizedTest
    @ValueSource(ints = {30, 100})
    void showsNothingInFlatPopulations(int size) {
        int optima = 0;
        int effects = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            OptimumReport report = Trials.independent(size, seed, (u, s) -> 0).report(200, seed);
            optima += report.optimum() instanceof Optimum.Shown ? 1 : 0;
            effects += report.spreadEffect() instanceof SpreadEffect.Shown ? 1 : 0;
        }
        assertThat(optima).isLessThanOrEqualTo(SEEDS * 5 / 100);
        assertThat(effects)
                .isLessThanOrEqualTo(new BinomialDistribution(null, SEEDS, 0.05).inverseCumulativeProbability(0.99));
    }

    @Test
    void showsNoOptimumWhereTheDropOnlyFalls() {
        assertThat(optimaShown(seed -> Trials.independent(100, seed, (u, s) -> -10 * u)))
                .isLessThanOrEqualTo(SEEDS * 5 / 100);
    }

    @Test
    void showsNoOptimumWhereTheDropFallsAndFlattensOut() {
        assertThat(optimaShown(
                        seed -> Trials.independent(100, seed, (u, s) -> 20 * Math.exp(-6 * (u - Math.log(0.7))))))
                .isLessThanOrEqualTo(SEEDS * 5 / 100);
    }

    @Test
    void doesNotMistakeAnEffectOfTheSpreadForAnOptimum() {
        assertThat(optimaShown(seed -> Trials.confounded(100, seed, (u, s) -> 20 * s)))
                .isLessThanOrEqualTo(SEEDS * 5 / 100);
        assertThat(optimaShown(seed -> Trials.confounded(100, seed, (u, s) -> 80 * s * s)))
                .isLessThanOrEqualTo(SEEDS * 5 / 100);
    }

    @Test
    void recoversTheCoefficientsOfAnExactParabola() {
        int size = 60;
        double[] budgets = new double[size];
        double[] spreads = new double[size];
        double[] drops = new double[size];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < size; i++) {
            double u = -0.4 + 0.8 * random.nextDouble();
            budgets[i] = Math.exp(u);
            spreads[i] = random.nextDouble();
            drops[i] = 1 + 7 * Math.pow(u - 0.1, 2) + 3 * spreads[i];
        }

        OptimumReport report = OptimumTest.withDefaults(1).run(budgets, spreads, drops);

        Optimum.Shown optimum = (Optimum.Shown) report.optimum();
        assertThat(optimum.curvature().low()).isEqualTo(7, within(1e-8));
        assertThat(optimum.curvature().high()).isEqualTo(7, within(1e-8));
        assertThat(optimum.budget().estimate()).isEqualTo(Math.exp(0.1), within(1e-8));
        assertThat(((SpreadEffect.Shown) report.spreadEffect()).slope().estimate())
                .isEqualTo(3, within(1e-8));
    }

    @Test
    void namesTheReasonWhenNoOptimumIsShown() {
        assertObstacle(Trials.independent(100, 1, (u, s) -> 0), Obstacle.FLAT, "the curvature is not above 0");
        assertObstacle(
                Trials.independent(100, 1, (u, s) -> -30 * u * u), Obstacle.FLAT, "the curvature is not above 0");
        assertObstacle(
                Trials.independent(200, 1, (u, s) -> 60 * Math.pow(u + 0.5, 2)),
                Obstacle.OUTSIDE_RANGE,
                "leaves the sampled range [0.7");
        assertObstacle(
                Trials.independent(200, 1, (u, s) -> 20 * Math.exp(-6 * (u - Math.log(0.7)))),
                Obstacle.ONE_SIDED,
                "does not rise on both sides of mCB 1.");
    }

    private static void assertObstacle(Trials trials, Obstacle obstacle, String reason) {
        assertThat(trials.report(400, 1).optimum())
                .asInstanceOf(InstanceOfAssertFactories.type(Optimum.NotShown.class))
                .satisfies(optimum -> assertThat(optimum.obstacle()).isEqualTo(obstacle))
                .satisfies(optimum -> assertThat(optimum.reason()).contains(reason));
    }

    @Test
    void showsTheEffectOfTheSpreadWithItsSign() {
        OptimumReport up = Trials.confounded(100, 1, (u, s) -> 20 * s).report(400, 1);
        OptimumReport down = Trials.confounded(100, 1, (u, s) -> -20 * s).report(400, 1);
        OptimumReport none = Trials.independent(100, 1, (u, s) -> 40 * u * u).report(400, 1);

        assertThat(((SpreadEffect.Shown) up.spreadEffect()).slope().isAbove(0)).isTrue();
        assertThat(((SpreadEffect.Shown) down.spreadEffect()).slope().isBelow(0))
                .isTrue();
        assertThat(none.spreadEffect()).isInstanceOf(SpreadEffect.NotShown.class);
    }

    @Test
    void tooFewTrialsShowNothing() {
        OptimumReport report =
                Trials.independent(29, 1, (u, s) -> 100 * u * u + 100 * s).report(400, 1);

        assertThat(report)
                .isEqualTo(OptimumReport.notShown(
                        Obstacle.TOO_FEW_TRIALS, "29 trials are too few: at least 30 are needed"));
    }

    @Test
    void aConstantSpreadLeavesTheOptimumOfTheBudget() {
        Trials trials = Trials.independent(100, 1, (u, s) -> 40 * u * u);
        double[] constant = new double[100];
        Arrays.fill(constant, 0.1);

        OptimumReport report = new OptimumTest(400, 0.95, 1).run(trials.budgets, constant, trials.drops);

        assertThat(report.optimum()).isInstanceOf(Optimum.Shown.class);
        assertThat(report.spreadEffect())
                .isEqualTo(new SpreadEffect.NotShown(Obstacle.TOO_FEW_VALUES, "the spread is constant"));
    }

    @Test
    void aConstantBudgetLeavesTheEffectOfTheSpread() {
        Trials trials = Trials.independent(100, 1, (u, s) -> 20 * s);
        double[] constant = new double[100];
        Arrays.fill(constant, 1);

        OptimumReport report = new OptimumTest(400, 0.95, 1).run(constant, trials.spreads, trials.drops);

        assertThat(report.optimum())
                .isEqualTo(new Optimum.NotShown(Obstacle.TOO_FEW_VALUES, "mCB takes fewer than 3 distinct values"));
        assertThat(report.spreadEffect()).isInstanceOf(SpreadEffect.Shown.class);
    }

    @Test
    void twoLevelsHaveNoSquaredTerm() {
        Trials trials = Trials.independent(100, 1, (u, s) -> 0);
        double[] budgets = new double[100];
        double[] spreads = new double[100];
        double[] drops = trials.drops.clone();
        for (int i = 0; i < 100; i++) {
            budgets[i] = i % 2 == 0 ? 0.8 : 1.2;
            spreads[i] = i % 4 < 2 ? 0.1 : 0.2;
            drops[i] += 30 * spreads[i];
        }

        OptimumReport report = new OptimumTest(400, 0.95, 1).run(budgets, spreads, drops);

        assertThat(report.optimum())
                .isEqualTo(new Optimum.NotShown(Obstacle.TOO_FEW_VALUES, "mCB takes fewer than 3 distinct values"));
        assertThat(((SpreadEffect.Shown) report.spreadEffect()).slope().contains(30))
                .isTrue();
    }

    @Test
    void aThirdLevelInOneTrialIsNotEnough() {
        Trials trials = Trials.independent(100, 1, (u, s) -> 0);
        double[] budgets = new double[100];
        Arrays.setAll(budgets, i -> i == 0 ? 1 : i % 2 == 0 ? 0.8 : 1.2);

        OptimumReport report = new OptimumTest(400, 0.95, 1).run(budgets, trials.spreads, trials.drops);

        assertThat(report.optimum())
                .asInstanceOf(InstanceOfAssertFactories.type(Optimum.NotShown.class))
                .satisfies(optimum -> assertThat(optimum.obstacle()).isEqualTo(Obstacle.TOO_FEW_VALUES));
    }

    @Test
    void columnsThatDetermineEachOtherAreConfounded() {
        Trials trials = Trials.independent(100, 1, (u, s) -> 40 * u * u);
        double[] spreads =
                Arrays.stream(trials.budgets).map(mcb -> 2 + Math.log(mcb)).toArray();

        OptimumReport report = new OptimumTest(400, 0.95, 1).run(trials.budgets, spreads, trials.drops);

        assertThat(report.optimum())
                .asInstanceOf(InstanceOfAssertFactories.type(Optimum.NotShown.class))
                .satisfies(optimum -> assertThat(optimum.obstacle()).isEqualTo(Obstacle.CONFOUNDED));
    }

    @Test
    void equalTrialsShowNothing() {
        double[] ones = new double[50];
        Arrays.fill(ones, 1);

        OptimumReport report = new OptimumTest(400, 0.95, 1).run(ones, ones, ones);

        assertThat(report.optimum()).isInstanceOf(Optimum.NotShown.class);
        assertThat(report.spreadEffect()).isInstanceOf(SpreadEffect.NotShown.class);
    }

    @Test
    void sameSeedGivesTheSameReport() {
        Trials trials = Trials.independent(60, 1, (u, s) -> 40 * u * u);

        assertThat(trials.report(200, 3)).isEqualTo(trials.report(200, 3));
    }

    @Test
    void rejectsImpossibleNumbers() {
        OptimumTest test = OptimumTest.withDefaults(1);
        double[] one = {1};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> test.run(new double[] {0}, one, one))
                .withMessageContaining("budgets[0] is 0.0, must be above 0");
        assertThatIllegalArgumentException().isThrownBy(() -> test.run(one, new double[2], one));
        assertThatIllegalArgumentException().isThrownBy(() -> test.run(one, one, new double[] {Double.NaN}));
        assertThatIllegalArgumentException().isThrownBy(() -> new OptimumTest(2_000, 95, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new OptimumTest(99, 0.95, 1));
    }
}
