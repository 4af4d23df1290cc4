package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ComplexityBinsTest {
    @Test
    void binsAreHalfOpenAndTheLastHoldsItsUpperEnd() {
        ComplexityBins bins = new ComplexityBins(0, 4, 4);

        assertThat(bins.binOf(0)).hasValue(0);
        assertThat(bins.binOf(0.999)).hasValue(0);
        assertThat(bins.binOf(1)).hasValue(1);
        assertThat(bins.binOf(4)).hasValue(3);
        assertThat(bins.binOf(-0.001)).isEmpty();
        assertThat(bins.binOf(4.001)).isEmpty();
        assertThat(bins.binOf(Double.NaN)).isEmpty();
    }

    @Test
    void commonRangeIsWhatAllPopulationsCover() {
        ComplexityBins bins = ComplexityBins.common(3, new double[] {5, 1, 3}, new double[] {2, 9, 4});

        assertThat(bins).isEqualTo(new ComplexityBins(2, 5, 3));
    }

    @Test
    void rejectsPopulationsWithoutACommonRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ComplexityBins.common(3, new double[] {1, 2}, new double[] {3, 4}))
                .withMessageContaining("share no range");
        assertThatIllegalArgumentException().isThrownBy(() -> new ComplexityBins(0, 1, 0));
    }

    @Test
    void oneComplexityFallsIntoTheFirstBin() {
        assertThat(new ComplexityBins(2, 2, 1).binOf(2)).hasValue(0);
    }
}
