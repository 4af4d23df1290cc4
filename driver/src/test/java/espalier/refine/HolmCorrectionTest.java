package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HolmCorrectionTest {
    @Test
    void agreesWithAHandWorkedExample() {
        // Ascending: 0.005 * 4 = 0.02; 0.01 * 3 = 0.03; 0.03 * 2 = 0.06; 0.04 * 1 = 0.04, raised to 0.06.
        assertThat(HolmCorrection.adjust(0.01, 0.04, 0.03, 0.005))
                .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-15));
    }

    @Test
    void cutsAtOneAndLeavesASingleComparisonAlone() {
        assertThat(HolmCorrection.adjust(0.6, 0.7)).containsExactly(1, 1);
        assertThat(HolmCorrection.adjust(0.04)).containsExactly(0.04);
        assertThat(HolmCorrection.adjust()).isEmpty();
    }

    @Test
    void equalPValuesStayEqual() {
        assertThat(HolmCorrection.adjust(0.01, 0.01, 0.01))
                .containsExactly(new double[] {0.03, 0.03, 0.03}, within(1e-15));
    }

    @Test
    void rejectsWhatIsNoPValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HolmCorrection.adjust(0.5, 1.5))
                .withMessageContaining("pValue is 1.5, must be from 0 to 1");
        assertThatIllegalArgumentException().isThrownBy(() -> HolmCorrection.adjust(Double.NaN));
    }
}
