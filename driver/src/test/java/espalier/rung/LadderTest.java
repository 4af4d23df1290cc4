package espalier.rung;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.rung.Ladder.Step;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LadderTest {
    private static final SuccessiveHalving THIRDS = new SuccessiveHalving(List.of(3.0, 3.0));

    @Test
    void aTrialGoesOnAsSoonAsThoseBeforeItAreJudged() {
        Ladder ladder = new Ladder(THIRDS, 3, 4);
        List<Step> first = take(ladder, 4);
        assertThat(first).extracting(Step::trial).containsExactly(0, 1, 2, 3);
        assertThat(ladder.poll()).isEmpty();
        assertThat(ladder.finished(first.get(2), 90)).isZero();
        assertThat(ladder.finished(first.get(0), 50)).isZero();
        // The fourth still runs: nobody waits for it.
        assertThat(ladder.finished(first.get(1), 60)).isEqualTo(1);
        assertThat(ladder.poll()).contains(new Step(2, 1));
    }

    @Test
    void theHighestRungComesFirst() {
        Ladder ladder = new Ladder(THIRDS, 3, 6);
        take(ladder, 3).forEach(step -> ladder.finished(step, step.trial()));
        assertThat(take(ladder, 2)).containsExactly(new Step(2, 1), new Step(3, 0));
    }

    @Test
    void aTrialThatFailedHoldsNobodyUpAndDoesNotGoOn() {
        Ladder ladder = new Ladder(new SuccessiveHalving(List.of(1.0)), 2, 3);
        take(ladder, 3).forEach(step -> ladder.finished(step, step.trial() == 1 ? Double.NaN : 50));
        assertThat(take(ladder, 2)).extracting(Step::trial).containsExactly(0, 2);
        assertThat(ladder.poll()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 16, 100})
    void whoGoesOnDoesNotDependOnHowManyRunAtATimeOrHowLongTheyTake(int places) {
        for (StopRule rule : List.of(THIRDS, new MedianStopping(5))) {
            Set<Step> oneByOne = climbed(rule, 1, 0);
            for (int seed = 1; seed <= 20; seed++) {
                assertThat(climbed(rule, places, seed)).isEqualTo(oneByOne);
            }
        }
    }

    @Test
    void aThirdOfEachRungGoesOnAndALittleMore() {
        Set<Step> steps = climbed(THIRDS, 7, 3);
        assertThat(on(steps, 0)).isEqualTo(200);
        assertThat(on(steps, 1)).isBetween(66L, 80L);
        assertThat(on(steps, 2)).isBetween(22L, 32L);
    }

    private static long on(Set<Step> steps, int rung) {
        return steps.stream().filter(step -> step.rung() == rung).count();
    }

    /** All steps of 200 trials whose accuracies become less noisy with the rungs, on so many places, each for a random time. */
    private static Set<Step> climbed(StopRule rule, int places, long seed) {
        Ladder ladder = new Ladder(rule, 3, 200);
        SplittableRandom times = new SplittableRandom(seed);
        List<Step> running = new ArrayList<>();
        Set<Step> steps = new LinkedHashSet<>();
        while (true) {
            Optional<Step> next = running.size() < places ? ladder.poll() : Optional.empty();
            if (next.isPresent()) {
                running.add(next.get());
                continue;
            }
            if (running.isEmpty()) {
                return new TreeSet<>(steps);
            }
            Step done = running.remove(times.nextInt(running.size()));
            steps.add(done);
            ladder.finished(done, accuracy(done));
        }
    }

    private static double accuracy(Step step) {
        SplittableRandom random = new SplittableRandom(step.trial());
        double quality = random.nextDouble();
        double noise = new SplittableRandom(1000L * step.trial() + step.rung()).nextDouble() / (1 + step.rung());
        return quality < 0.05 ? Double.NaN : 80 + quality + noise;
    }

    private static List<Step> take(Ladder ladder, int count) {
        return IntStream.range(0, count)
                .mapToObj(each -> ladder.poll().orElseThrow())
                .toList();
    }
}
