package espalier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeCapabilityTest {
    @ParameterizedTest
    @ValueSource(strings = {"3.7", "5.0", "5.2", "6.0", "6.1", "7.0", "7.5", "8.0", "8.6", "8.9"})
    void keplerToAdaAreSupported(String text) {
        assertThat(ComputeCapability.parse(text).isSupported()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.1", "3.0", "3.5", "9.0", "10.0", "12.0"})
    void olderAndNewerOnesAreNot(String text) {
        assertThat(ComputeCapability.parse(text).isSupported()).isFalse();
    }

    @Test
    void isWrittenAsItIsRead() {
        assertThat(ComputeCapability.parse("10.3")).hasToString("10.3").isEqualTo(new ComputeCapability(10, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8", "8.", ".6", "8.6.1", "[N/A]", "99999999999.0"})
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ComputeCapability.parse(text))
                .withMessage("compute capability is '" + text + "'; give it as in 8.6");
    }
}
