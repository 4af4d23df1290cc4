package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.common.io.Resource;
import org.nd4j.linalg.cpu.nativecpu.CpuBackend;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** On which device the driver computes, also where the class path has a backend for GPUs. ND4J takes a backend once in the life of a process. */
class DriverDeviceTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void theDriverDoesNotEvenAskForAGpu() throws Exception {
        String printed = run(Main.class, "describe", SmallStudy.write(folder).toString(), "--check");
        assertThat(printed).contains("equal the original").doesNotContain("asked for a GPU");
    }

    @Test
    void leftToItselfNd4jAsksForAGpuFirst() throws Exception {
        assertThat(run(Unprepared.class)).contains("asked for a GPU").contains("took CpuBackend");
    }

    /** What a process prints that has a backend for GPUs beside the real one on its class path. */
    private String run(Class<?> program, String... arguments) throws IOException, InterruptedException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(Nd4jBackend.class.getName()), PretendedGpuBackend.class.getName());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                folder + File.pathSeparator + System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Uses ND4J as it comes. */
    static final class Unprepared {
        private Unprepared() {}

        public static void main(String[] arguments) {
            System.out.println("took " + Nd4j.getBackend().getClass().getSimpleName());
        }
    }

    /** A backend that ND4J prefers, and that is not there when it is asked. */
    public static final class PretendedGpuBackend extends Nd4jBackend {
        private final CpuBackend cpu = new CpuBackend();

        @Override
        public int getPriority() {
            return BACKEND_PRIORITY_GPU;
        }

        @Override
        public boolean isAvailable() {
            System.out.println("asked for a GPU");
            return false;
        }

        @Override
        public boolean canRun() {
            return false;
        }

        @Override
        public boolean allowsOrder() {
            return cpu.allowsOrder();
        }

        @Override
        public Resource getConfigurationResource() {
            return cpu.getConfigurationResource();
        }

        @Override
        public Class<?> getNDArrayClass() {
            return cpu.getNDArrayClass();
        }

        @Override
        public Environment getEnvironment() {
            return cpu.getEnvironment();
        }

        @Override
        public String buildInfo() {
            return cpu.buildInfo();
        }

        @Override
        public void logBackendInit() {}
    }
}
