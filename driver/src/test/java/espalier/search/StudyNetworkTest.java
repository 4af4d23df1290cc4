package espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.config.StudyConfig;
import espalier.config.StudyConfigReader;
import espalier.data.FileSource;
import espalier.dl4j.NetworkFiles;
import espalier.network.TensorShape;
import espalier.onnx.OnnxWriter;
import espalier.task.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyNetworkTest {
    private static final String YAML = """
            study: given
            data: {format: synthetic, synthetic: {size: 12, classes: 4}}
            network: {architecture: lenet, width: 6, weights: %s, mapping: %s}
            space: {flops: 0.5}
            training: {base: {epochs: 0}}
            """;

    private static final String MAPPING = """
            {"parameters": {
              "conv{n}.weight": "conv{n}/W", "conv{n}.bias": "conv{n}/b",
              "fc{n}.weight": "dense{n}/W", "fc{n}.bias": "dense{n}/b",
              "head.weight": "classifier/W", "head.bias": "classifier/b"}}
            """;

    private final Map<String, int[]> shapes = new LinkedHashMap<>();
    private final Path weights;
    private final Path mapping;

    StudyNetworkTest(@TempDir Path folder) {
        weights = folder.resolve("lenet.safetensors");
        mapping = folder.resolve("lenet.json");
    }

    @BeforeEach
    void writeFiles() throws IOException {
        shapes.put("conv1", new int[] {6, 1, 5, 5});
        shapes.put("conv2", new int[] {16, 6, 5, 5});
        shapes.put("fc1", new int[] {120, 16});
        shapes.put("fc2", new int[] {84, 120});
        shapes.put("head", new int[] {4, 84});
        Files.write(weights, tensors());
        Files.writeString(mapping, MAPPING);
    }

    @Test
    void startsFromTheWeightsOfAFile() {
        StudyNetwork network = load();

        GivenWeights given = network.given().orElseThrow();
        ComputationGraph graph = NetworkFiles.read(given.zip(), "given");
        assertThat(graph.getLayer("conv2").getParam("W").minNumber().floatValue())
                .isEqualTo(0.25f);
        assertThat(graph.params().maxNumber().floatValue()).isEqualTo(0.25f);
        assertThat(network.untrained().trained()).isEmpty();
    }

    @Test
    void startsFromANetworkOfAnotherFramework(@TempDir Path folder) throws IOException {
        ComputationGraph original =
                NetworkFiles.read(load().given().orElseThrow().zip(), "given");
        TensorShape input = new TensorShape(1, 12, 12);
        Path file = Files.write(folder.resolve("lenet.onnx"), OnnxWriter.write(original, input));
        String yaml = YAML.replaceFirst("network: .*", "network: {architecture: file, file: '" + file + "'}");
        StudyNetwork network =
                StudyNetwork.load(StudyConfigReader.read(yaml, "x.yaml", Map.of()), input, 4, FileSource.local());
        ComputationGraph read = NetworkFiles.read(network.given().orElseThrow().zip(), "given");
        assertThat(read.params()).isEqualTo(original.params());
        assertThat(network.graph().prunableGroups()).isEqualTo(load().graph().prunableGroups());
    }

    @Test
    void leavesWeightsAsTheyAreWhereNoEpochIsAskedFor() {
        StudyConfig config = config();

        assertThat(new StudyPlans(config)
                        .whole(
                                load().given().isPresent(),
                                config.training().base().learning()))
                .hasExactlyElementsOfTypes(Phase.GivenWeights.class, Phase.Evaluate.class, Phase.KeepNetwork.class);
    }

    @Test
    void knowsTheSameFilesAgain() throws IOException {
        String fingerprint = load().given().orElseThrow().fingerprint();

        assertThat(load().given().orElseThrow().fingerprint()).isEqualTo(fingerprint);
        Files.writeString(mapping, MAPPING + "\n");
        assertThat(load().given().orElseThrow().fingerprint()).isNotEqualTo(fingerprint);
    }

    @Test
    void namesAFileThatCannotBeRead() throws IOException {
        Files.delete(mapping);
        assertThatThrownBy(this::load)
                .isInstanceOf(StudyException.class)
                .hasMessage(
                        "network.mapping '" + mapping + "' cannot be read (" + mapping + "); give the path of a file");
    }

    @Test
    void namesATensorOfAnotherNetwork() throws IOException {
        shapes.put("fc1", new int[] {120, 400});
        Files.write(weights, tensors());
        assertThatThrownBy(this::load)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(weights + ": tensor 'fc1.weight' has shape [120, 400], must have [120, 16] to be dense1/W:"
                        + " give the weights of this network");
    }

    private StudyNetwork load() {
        return StudyNetwork.load(config(), new TensorShape(1, 12, 12), 4, FileSource.local());
    }

    private StudyConfig config() {
        return StudyConfigReader.read(YAML.formatted(weights, mapping), "x.yaml", Map.of());
    }

    /** A weight and a bias of each layer, every number of them 0.25. */
    private byte[] tensors() {
        List<String> entries = new ArrayList<>();
        int end = 0;
        for (Map.Entry<String, int[]> layer : shapes.entrySet()) {
            int[] bias = {layer.getValue()[0]};
            for (int[] shape : new int[][] {layer.getValue(), bias}) {
                int begin = end;
                end += Float.BYTES * Arrays.stream(shape).reduce(1, (a, b) -> a * b);
                entries.add("\"%s.%s\": {\"dtype\": \"F32\", \"shape\": %s, \"data_offsets\": [%d, %d]}"
                        .formatted(
                                layer.getKey(), shape == bias ? "bias" : "weight", Arrays.toString(shape), begin, end));
            }
        }
        byte[] header = ("{" + String.join(", ", entries) + "}").getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + header.length + end).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header);
        while (file.hasRemaining()) {
            file.putFloat(0.25f);
        }
        return file.array();
    }
}
