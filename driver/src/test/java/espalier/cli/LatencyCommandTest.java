package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.dl4j.ChainNetworks;
import espalier.dl4j.NetworkFiles;
import espalier.network.TensorShape;
import espalier.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyCommandTest {
    private static final TensorShape IMAGE = new TensorShape(1, 12, 12);

    @TempDir
    private Path folder = Path.of("");

    private Path onnx = Path.of("");
    private Path zip = Path.of("");

    @BeforeEach
    void writeNetworks() throws IOException {
        ComputationGraph network = new ComputationGraph(ChainNetworks.leNet(3, IMAGE, 4, 1));
        network.init();
        onnx = Files.write(folder.resolve("network.onnx"), OnnxWriter.write(network, IMAGE));
        zip = Files.write(folder.resolve("network.zip"), NetworkFiles.write(network));
    }

    private Program latency(Path second, String... more) {
        String[] arguments = new String[more.length + 7];
        System.arraycopy(
                new String[] {"latency", onnx.toString(), second.toString(), "--pairs", "4", "--warm-up", "1"},
                0,
                arguments,
                0,
                7);
        System.arraycopy(more, 0, arguments, 7, more.length);
        return Program.run(arguments);
    }

    @Test
    void measuresAnOnnxFileBesideAZip() {
        Program latency = latency(zip, "--batch", "1,3", "--input", "1x12x12");
        assertThat(latency.errors()).isEmpty();
        assertThat(latency.exitCode()).isZero();
        assertThat(latency.out().lines()).hasSize(7);
        assertThat(latency.out()).contains("median ms", "network.onnx", "network.zip", "times as fast");
    }

    @Test
    void zipWithoutTheShapeOfItsImages() {
        rejected(latency(zip), "network.zip' does not say how large its images are", "--input 3x32x32");
    }

    @Test
    void shapeThatIsNone() {
        rejected(latency(zip, "--input", "1x12"), "'1x12' is no shape");
        rejected(latency(zip, "--input", "0x12x12"), "at least 1");
    }

    @Test
    void shapeThatDoesNotFitTheNetwork() {
        rejected(latency(zip, "--input", "3x12x12"), "layer 'conv1' reads 1 channels, but gets 3x12x12");
        rejected(latency(zip, "--input", "1x16x16"), "layer 'dense1'");
    }

    @Test
    void missingFile() {
        rejected(latency(folder.resolve("none.onnx")), "none.onnx' does not exist");
    }

    @Test
    void damagedFile() throws IOException {
        Path damaged = Files.write(folder.resolve("damaged.onnx"), new byte[] {1, 2, 3});
        rejected(latency(damaged), "damaged.onnx' does not run in ONNX Runtime");
    }

    @Test
    void batchOfNothing() {
        rejected(latency(onnx, "--batch", "0"), "batch is 0; give 1 to");
    }

    private static void rejected(Program program, String... parts) {
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(program.errors()).singleElement().asString().contains(parts);
    }
}
