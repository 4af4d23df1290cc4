package espalier.rung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.junit.jupiter.api.Test;

class MedianStoppingTest {

    @Test
    void whoIsBelowTheMedianOfThoseBeforeStops() {
        StopRule.Judge judge = new MedianStopping(2).judge(0);
        assertThat(judge.finished(50)).containsExactly(0);
        assertThat(judge.finished(70)).containsExactly(1);
        assertThat(judge.finished(59)).isEmpty();
        assertThat(judge.finished(59)).containsExactly(3);
        assertThat(judge.finished(Double.NaN)).isEmpty();
        assertThat(judge.finished(58)).isEmpty();
    }

    @Test
    void equalsTheDefinitionForRandomAccuracies() {
        SplittableRandom random = new SplittableRandom(4);
        StopRule.Judge judge = new MedianStopping(5).judge(0);
        List<Double> before = new ArrayList<>();
        for (int trial = 0; trial < 300; trial++) {
            double accuracy = random.nextInt(40);
            boolean goesOn = before.size() < 5
                    || accuracy
                            >= new Median()
                                    .evaluate(before.stream()
                                            .mapToDouble(Double::doubleValue)
                                            .toArray());
            assertThat(judge.finished(accuracy)).isEqualTo(goesOn ? List.of(trial) : List.of());
            before.add(accuracy);
        }
    }

    @Test
    void needsSomebodyToCompareWith() {
        assertThatThrownBy(() -> new MedianStopping(0))
                .hasMessage("warmup is 0; it must be at least 1 trial to compare with");
    }
}
