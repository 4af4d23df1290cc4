package espalier.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NvidiaSmiTest {
    private static final String OUTPUT = """
            0, NVIDIA A100-SXM4-40GB, 8.0
            1, Tesla V100-SXM2-16GB, 7.0
            10, NVIDIA H100 80GB HBM3, 9.0
            """;

    @Test
    void findsAGpuByItsNumber() {
        assertThat(NvidiaSmi.find(1, OUTPUT))
                .contains(new NvidiaSmi.Gpu("Tesla V100-SXM2-16GB", new ComputeCapability(7, 0)));
        assertThat(NvidiaSmi.find(10, OUTPUT))
                .contains(new NvidiaSmi.Gpu("NVIDIA H100 80GB HBM3", new ComputeCapability(9, 0)));
        assertThat(NvidiaSmi.find(2, OUTPUT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Field \"compute_cap\" is not a valid field to query.",
                "0, NVIDIA A100-SXM4-40GB, [N/A]",
                "No devices were found"
            })
    void findsNothingWhereTheDriverDoesNotTell(String output) {
        assertThat(NvidiaSmi.find(0, output)).isEmpty();
    }
}
