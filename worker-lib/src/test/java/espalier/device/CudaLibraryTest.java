package espalier.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** As far as it goes without a GPU; {@code GpuPlacementIT} goes further with a backend that takes itself for one. */
class CudaLibraryTest {
    private final CudaLibrary library = new CudaLibrary();

    @Test
    void knowsThatNoMachineHasSoManyGpus() {
        Optional<String> obstacle = library.obstacle(9999);
        assertThat(obstacle).isNotEmpty().isEqualTo(library.obstacle(9999));
        assertThat(obstacle.orElseThrow()).contains("CUDA", "; ").doesNotContain("\n");
    }

    @Test
    void staysOnTheCpu() {
        library.stayOnCpu();
        library.bind(7);
        library.stayOnCpu();
    }
}
