package espalier.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceBinderTest {
    private final List<String> calls = new ArrayList<>();
    private final DeviceBinder working = new DeviceBinder(new Library(Optional.empty()));
    private final DeviceBinder broken = new DeviceBinder(new Library(Optional.of("it is broken")));

    @ParameterizedTest
    @EnumSource(names = {"GPU", "AUTO"})
    void bindsTheThreadToTheGpuThatTheTrialGets(DeviceChoice choice) {
        assertThat(working.bind(choice, List.of("3"))).isEqualTo("gpu 3");
        assertThat(calls).containsExactly("obstacle 3", "bind 3");
    }

    @Test
    void leavesGpusAloneOnTheCpu() {
        assertThat(working.bind(DeviceChoice.CPU, List.of())).isEqualTo("cpu");
        assertThat(working.bind(DeviceChoice.CPU, List.of("0"))).isEqualTo("cpu");
        assertThat(working.bind(DeviceChoice.AUTO, List.of())).isEqualTo("cpu");
        assertThat(calls).containsOnly("cpu");
    }

    @Test
    void refusesAGpuThatCannotBeUsed() {
        assertThatExceptionOfType(DeviceException.class)
                .isThrownBy(() -> broken.bind(DeviceChoice.GPU, List.of("0")))
                .withMessage("gpu 0 of " + Machine.name()
                        + " cannot be used: it is broken, or let trials run on the CPU with training.device=auto");
        assertThat(calls).containsExactly("obstacle 0");
    }

    @Test
    void fallsBackToTheCpuWhereTheStudyAllowsIt() {
        assertThat(broken.bind(DeviceChoice.AUTO, List.of("0"))).isEqualTo("cpu");
        assertThat(calls).containsExactly("obstacle 0", "cpu");
    }

    @Test
    void refusesATrialWithoutAGpu() {
        assertThatExceptionOfType(DeviceException.class)
                .isThrownBy(() -> working.bind(DeviceChoice.GPU, List.of()))
                .withMessage(
                        "a trial runs on 1 GPU, and the cluster gives it 0; set spark.task.resource.gpu.amount to 1");
    }

    @Test
    void refusesATrialWithSeveral() {
        assertThatExceptionOfType(DeviceException.class)
                .isThrownBy(() -> working.bind(DeviceChoice.AUTO, List.of("0", "1")))
                .withMessageContaining("gives it 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "GPU-3f2a", "0:1", "12345"})
    void refusesAnAddressThatIsNoNumber(String address) {
        assertThatExceptionOfType(DeviceException.class)
                .isThrownBy(() -> working.bind(DeviceChoice.GPU, List.of(address)))
                .withMessageContaining("'" + address + "'");
    }

    private final class Library implements GpuLibrary {
        private final Optional<String> obstacle;

        private Library(Optional<String> obstacle) {
            this.obstacle = obstacle;
        }

        @Override
        public Optional<String> obstacle(int gpu) {
            calls.add("obstacle " + gpu);
            return obstacle;
        }

        @Override
        public void bind(int gpu) {
            calls.add("bind " + gpu);
        }

        @Override
        public void stayOnCpu() {
            calls.add("cpu");
        }
    }
}
