package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.refine.RangeDecision.Outcome;
import espalier.refine.RangeDecision.Range;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SpaceRefinerTest {
    private static final int TRIALS = 120;
    private static final Range OPEN = Range.OPEN;

    private final double[] mcb = new double[TRIALS];
    private final double[] spread = new double[TRIALS];
    private final double[] drops = new double[TRIALS];

    @Test
    void narrowsBothRangesToThePlantedOptimum() {
        plant(200, 20);
        List<RangeDecision> decisions = refiner(SpaceRefiner.When.SHOWN).refine(mcb, spread, drops, OPEN, OPEN);
        RangeDecision first = decisions.get(0);
        assertThat(first.outcome()).isEqualTo(Outcome.NARROWED);
        assertThat(first.to().contains(1)).isTrue();
        assertThat(first.to().width()).isLessThan(0.3);
        RangeDecision second = decisions.get(1);
        assertThat(second.outcome()).isEqualTo(Outcome.NARROWED);
        assertThat(second.to().low()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(second.to().high()).isLessThan(0.2);
    }

    @Test
    void keepsARangeThatTheBestTrialsLeaveNothingToNarrow() {
        plant(0, 20);
        Range best = refiner(SpaceRefiner.When.SHOWN)
                .refine(mcb, spread, drops, OPEN, OPEN)
                .get(1)
                .to();
        RangeDecision same = refiner(SpaceRefiner.When.SHOWN)
                .refine(mcb, spread, drops, OPEN, best)
                .get(1);
        assertThat(same.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(same.to()).isEqualTo(best);
        assertThat(same.reason()).contains("less spread is better").contains("leaves nothing to narrow");
    }

    @Test
    void neverNarrowsToASliver() {
        plant(0, 20);
        Range elsewhere = new Range(0.28, 0.4);
        RangeDecision decision = refiner(SpaceRefiner.When.ALWAYS)
                .refine(mcb, spread, drops, new Range(2, 3), elsewhere)
                .get(0);
        assertThat(decision.outcome()).isEqualTo(Outcome.KEPT);
        assertThat(decision.to()).isEqualTo(new Range(2, 3));
    }

    @Test
    void narrowsRegardlessOnlyWhereAsked() {
        plant(0, 0);
        assertThat(refiner(SpaceRefiner.When.SHOWN).refine(mcb, spread, drops, OPEN, OPEN))
                .extracting(RangeDecision::outcome)
                .containsOnly(Outcome.KEPT);
        assertThat(refiner(SpaceRefiner.When.ALWAYS).refine(mcb, spread, drops, OPEN, OPEN))
                .extracting(RangeDecision::outcome)
                .containsOnly(Outcome.NARROWED_REGARDLESS);
    }

    @Test
    void keepsBothRangesWithoutTrials() {
        assertThat(refiner(SpaceRefiner.When.ALWAYS).refine(new double[0], new double[0], new double[0], OPEN, OPEN))
                .allSatisfy(decision -> {
                    assertThat(decision.narrowed()).isFalse();
                    assertThat(decision.reason()).isEqualTo("no trial completed");
                });
    }

    private static SpaceRefiner refiner(SpaceRefiner.When when) {
        return new SpaceRefiner(new OptimumTest(500, 0.95, 1), new Bootstrap(1000, 0.95, 1), when);
    }

    /** Drops that grow with the square of log mCB and with the spread, and noise of half a point. */
    private void plant(double curvature, double slope) {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < TRIALS; i++) {
            mcb[i] = random.nextDouble(0.75, 1.33);
            spread[i] = random.nextDouble(0.06, 0.3);
            double distance = Math.log(mcb[i]);
            drops[i] = curvature * distance * distance + slope * spread[i] + 0.5 * random.nextGaussian();
        }
    }
}
