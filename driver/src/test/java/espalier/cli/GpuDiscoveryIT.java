package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs conf/gpu-discovery.sh with stand-ins for nvidia-smi; Spark's own parser reads what it prints. */
class GpuDiscoveryIT {
    private static final Path SCRIPT = Path.of("../conf/gpu-discovery.sh").toAbsolutePath();

    @TempDir
    private Path tools = Path.of("");

    @Test
    void tellsSparkOfEveryGpu() throws Exception {
        nvidiaSmi("printf '0\\n1\\n10\\n'");
        assertThat(gpus()).containsExactly("0", "1", "10");
    }

    @Test
    void asksForNumbersAlone() throws Exception {
        nvidiaSmi("[[ $* == '--query-gpu=index --format=csv,noheader' ]] && echo 3");
        assertThat(gpus()).containsExactly("3");
    }

    @Test
    void saysThatTheDriverIsMissing() throws Exception {
        failed(run(Map.of()), "nvidia-smi is not on the PATH: install NVIDIA's driver");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo 'No devices were found'",
                "echo 'No devices were found'; exit 6",
                "echo 'No devices were' >&2; echo found >&2; exit 9"
            })
    void saysWhyThereIsNoGpu(String nvidiaSmi) throws Exception {
        nvidiaSmi(nvidiaSmi);
        failed(run(Map.of()), "nvidia-smi finds no GPU: No devices were found");
    }

    @Test
    void saysThatThereIsNoneWhereNothingIsSaid() throws Exception {
        nvidiaSmi("true");
        failed(run(Map.of()), "nvidia-smi finds no GPU");
    }

    @Test
    void refusesOtherNumbersThanNvidiaSmiGives() throws Exception {
        nvidiaSmi("echo 0");
        failed(run(Map.of("CUDA_VISIBLE_DEVICES", "2,3")), "CUDA_VISIBLE_DEVICES is 2,3");
    }

    private String[] gpus() throws Exception {
        Run run = run(Map.of());
        assertThat(run.errors).isEmpty();
        assertThat(run.exit).isZero();
        ResourceInformation found = ResourceInformation.parseJson(run.output);
        assertThat(found.name()).isEqualTo("gpu");
        return found.addresses();
    }

    private static void failed(Run run, String reason) {
        assertThat(run.exit).isEqualTo(1);
        assertThat(run.output).isEmpty();
        assertThat(run.errors).startsWith("gpu-discovery.sh: " + reason).hasLineCount(1);
    }

    private void nvidiaSmi(String command) throws IOException {
        Path file = tools.resolve("nvidia-smi");
        Files.writeString(file, "#!/bin/bash\n" + command + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Run run(Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("/bin/bash", SCRIPT.toString());
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output, errors);
    }

    private record Run(int exit, String output, String errors) {}
}
