package espalier.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

class NativeRuntimeTest {
    @Test
    void provesThatOneDnnIsOn() {
        NativeReport report = NativeRuntime.prepare(1);
        assertThat(report.line())
                .startsWith("native runtime: CPU, ")
                .contains(", 1 thread, oneDNN on")
                .doesNotContain("\n");
        assertThat(report.library()).contains("onednn");
        assertThat(report.speedup()).isGreaterThan(2);
        assertThat(report.mend()).isEmpty();
    }

    @Test
    void preparesTheProcessOnce() {
        assertThat(NativeRuntime.prepare(1)).isSameAs(NativeRuntime.prepare(1));
        assertThat(Nd4j.getEnvironment().maxMasterThreads()).isEqualTo(1);
    }

    @Test
    void bindsEveryThreadThatCallsIt() {
        NativeRuntime.prepare(1);
        int threads = CompletableFuture.supplyAsync(() -> {
                    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(2);
                    NativeRuntime.prepare(1);
                    return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
                })
                .join();
        assertThat(threads).isEqualTo(1);
    }

    @Test
    void refusesAnotherNumberOfThreads() {
        NativeRuntime.prepare(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NativeRuntime.prepare(2))
                .withMessageContaining("threads is 2")
                .withMessageContaining("prepared for 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NativeRuntime.prepare(0))
                .withMessageContaining("threads is 0");
    }

    @Test
    void tellsTheMendWhereOneDnnIsOff() {
        NativeReport report = new NativeReport("CPU", "linux-x86_64", 2, false, 1, "do this");
        assertThat(report.line())
                .isEqualTo(
                        "native runtime: CPU, linux-x86_64, 2 threads, oneDNN OFF, training is about 10 times slower: do this");
    }
}
