package espalier.rung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SuccessiveHalvingTest {

    @Test
    void theBestThirdSoFarGoesOn() {
        StopRule.Judge judge = new SuccessiveHalving(List.of(3.0)).judge(0);
        assertThat(judge.finished(50)).isEmpty();
        assertThat(judge.finished(70)).isEmpty();
        assertThat(judge.finished(60)).containsExactly(1);
        // One of four may go on, and this is the best, though another has gone on before.
        assertThat(judge.finished(80)).containsExactly(3);
        assertThat(judge.finished(40)).isEmpty();
        assertThat(judge.finished(40)).isEmpty();
        assertThat(judge.finished(75)).containsExactly(6);
    }

    @Test
    void ofEqualTrialsTheEarlierGoesOn() {
        StopRule.Judge judge = new SuccessiveHalving(List.of(2.0)).judge(0);
        judge.finished(50);
        assertThat(judge.finished(50)).containsExactly(0);
        assertThat(judge.finished(50)).isEmpty();
        assertThat(judge.finished(50)).containsExactly(1);
    }

    @Test
    void eachRungHasAShareOfItsOwn() {
        SuccessiveHalving halving = new SuccessiveHalving(List.of(1.0, 2.0));
        assertThat(halving.judge(0).finished(50)).containsExactly(0);
        assertThat(halving.judge(1).finished(50)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 1.5, 2, 3, 4})
    void equalsTheDefinitionForRandomAccuracies(double eta) {
        for (int seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StopRule.Judge judge = new SuccessiveHalving(List.of(eta)).judge(0);
            List<Double> accuracies = new ArrayList<>();
            Set<Integer> expected = new TreeSet<>();
            Set<Integer> actual = new TreeSet<>();
            for (int trial = 0; trial < 60; trial++) {
                double accuracy = random.nextInt(10) == 0 ? Double.NaN : random.nextInt(30);
                accuracies.add(accuracy);
                expected.addAll(best(accuracies, eta));
                actual.addAll(judge.finished(accuracy));
                assertThat(actual).isEqualTo(expected);
            }
        }
    }

    @Test
    void refusesAShareAboveAll() {
        assertThatThrownBy(() -> new SuccessiveHalving(List.of(3.0, 0.5)))
                .hasMessage("eta is 0.5; it must be at least 1, for all go on");
    }

    private static List<Integer> best(List<Double> accuracies, double eta) {
        return IntStream.range(0, accuracies.size())
                .boxed()
                .filter(trial -> !accuracies.get(trial).isNaN())
                .sorted(Comparator.comparing(accuracies::get, Comparator.reverseOrder()))
                .limit((long) Math.floor(accuracies.size() / eta + 1e-9))
                .toList();
    }
}
