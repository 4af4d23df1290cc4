package espalier.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.network.TensorShape;
import espalier.prune.DistinctParameters;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

class NetworkFilesTest {
    private static final TensorShape INPUT = new TensorShape(1, 28, 28);
    private static final INDArray IMAGES = DistinctParameters.uniform(new SplittableRandom(1), 2, 1, 28, 28);

    @Test
    void aGraphComesBackAsItWas() {
        ComputationGraph graph = network();
        ComputationGraph read = NetworkFiles.read(NetworkFiles.write(graph), "net.zip");
        assertThat(read.params()).isEqualTo(graph.params());
        assertThat(read.getConfiguration()).isEqualTo(graph.getConfiguration());
        assertThat(read.outputSingle(IMAGES)).isEqualTo(graph.outputSingle(IMAGES));
    }

    @Test
    void aChainOfLayersBecomesAGraph() throws IOException {
        MultiLayerNetwork chain = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .list(
                        new ConvolutionLayer.Builder(3, 3)
                                .nOut(4)
                                .activation(Activation.RELU)
                                .build(),
                        new DenseLayer.Builder().nOut(6).build(),
                        new OutputLayer.Builder()
                                .nOut(3)
                                .activation(Activation.SOFTMAX)
                                .build())
                .setInputType(InputType.convolutional(28, 28, 1))
                .build());
        chain.init();
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ModelSerializer.writeModel(chain, zip, true);
        ComputationGraph graph = NetworkFiles.read(zip.toByteArray(), "chain.zip");
        assertThat(graph.outputSingle(IMAGES)).isEqualTo(chain.output(IMAGES));
        assertThat(GraphReader.read(graph.getConfiguration(), INPUT, name -> false)
                        .prunableGroups())
                .hasSize(2);
    }

    @Test
    void refusesAFileThatIsCutOff() {
        byte[] zip = NetworkFiles.write(network());
        rejected(Arrays.copyOf(zip, zip.length / 2), "");
        rejected(new byte[0], "");
        rejected(change(zip, "coefficients.bin", bytes -> Arrays.copyOf(bytes, bytes.length - 3)), "cut off");
        rejected(change(zip, "coefficients.bin", bytes -> new byte[0]), "");
    }

    @Test
    void refusesWeightsThatDoNotFitTheConfiguration() {
        byte[] zip = NetworkFiles.write(network());
        byte[] other = NetworkFiles.write(network(12));
        byte[] weights = Objects.requireNonNull(entries(other).get("coefficients.bin"));
        rejected(change(zip, "coefficients.bin", bytes -> weights), "larger than the");
        byte[] few = Objects.requireNonNull(entries(zip).get("coefficients.bin"));
        rejected(
                change(other, "coefficients.bin", bytes -> few),
                "its configuration has 244,362 parameters, its weights are 61,706 numbers");
    }

    @Test
    void refusesAHeaderThatAsksForGigabytes() {
        byte[] zip = NetworkFiles.write(network());
        rejected(change(zip, "coefficients.bin", NetworkFilesTest::withHugeLength), "its weights are 2,000,000,000");
        rejected(
                change(
                        zip,
                        "configuration.json",
                        text(json -> json.replaceFirst("\"nout\" : 6", "\"nout\" : 900000000"))),
                "at most 268,435,327 are read");
    }

    @Test
    void refusesABomb() {
        byte[] zip = NetworkFiles.write(network());
        rejected(
                change(zip, "coefficients.bin", bytes -> new byte[100_000_000]),
                "its entry coefficients.bin is larger than the");
    }

    @Test
    void refusesAConfigurationThatIsNestedWithoutEnd() {
        String nested = "{ \"x\" : " + "[".repeat(100_000) + "]".repeat(100_000) + ",";
        rejected(
                change(
                        NetworkFiles.write(network()),
                        "configuration.json",
                        text(json -> json.replaceFirst("\\{", nested))),
                "its configuration is nested deeper than 200 levels");
    }

    @Test
    void loadsNoClassThatAFileNames() {
        byte[] zip = NetworkFiles.write(network());
        for (String key : new String[] {"@class", "\\u0040class"}) {
            rejected(
                    change(
                            zip,
                            "configuration.json",
                            text(json -> json.replaceFirst(
                                    "\"@class\" : \"org.deeplearning4j.nn.conf.layers.DenseLayer\"",
                                    "\"" + key.replace("\\", "\\\\") + "\" : \"com.example.Gadget\""))),
                    "its configuration names the class com.example.Gadget; only Deeplearning4j's own are read");
        }
    }

    @Test
    void knowsTheOtherWaysToNameAClass() {
        byte[] zip = NetworkFiles.write(network());
        String trusted = "\"@class\" : \"org.deeplearning4j.nn.conf.layers.DenseLayer";
        rejected(
                change(
                        zip,
                        "configuration.json",
                        text(json -> json.replaceFirst(trusted, trusted + "<com.example.Gadget>"))),
                "its configuration names the class org.deeplearning4j.nn.conf.layers.DenseLayer<com.example.Gadget>;");
        rejected(
                change(
                        zip,
                        "configuration.json",
                        text(json -> json.replaceFirst(
                                "\"vertices\" : \\{", "\"vertices\" : { \"x\": [\"com.example.Gadget\", {}],"))),
                "its configuration names the class com.example.Gadget;");
    }

    @Test
    void refusesAVarianceThatIsNegative() {
        ComputationGraph graph = new ComputationGraph(
                ResidualNetworks.cifar(8, 4, ResidualNetworks.Shortcut.B, new TensorShape(3, 8, 8), 10, 1));
        graph.init();
        graph.getLayer("stem-norm").getParam("var").putScalar(2, -1);
        rejected(
                NetworkFiles.write(graph),
                "batch normalization 'stem-norm' has the variance -1.0 and epsilon 1.0E-5; their sum must be above 0");
    }

    @Test
    void refusesAWeightThatIsNotANumber() {
        ComputationGraph graph = network();
        graph.getLayer("conv2").getParam("b").putScalar(3, Float.NaN);
        rejected(NetworkFiles.write(graph), "parameter 'b' of layer 'conv2' is not finite");
    }

    private static ComputationGraph network() {
        return network(6);
    }

    private static ComputationGraph network(int width) {
        ComputationGraph graph = new ComputationGraph(ChainNetworks.leNet(width, INPUT, 10, 1));
        graph.init();
        return graph;
    }

    private static void rejected(byte[] zip, String reason) {
        assertThatThrownBy(() -> NetworkFiles.read(zip, "net.zip"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'net.zip' is not a Deeplearning4j network (")
                .hasMessageContaining(reason)
                .hasMessageEndingWith("); save one with ModelSerializer.writeModel")
                .hasMessageNotContaining("\n");
    }

    private static UnaryOperator<byte[]> text(UnaryOperator<String> change) {
        return bytes -> change.apply(new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    /** Sets the length in the second header, that of the numbers. */
    private static byte[] withHugeLength(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int second = text.indexOf("MIXED", text.indexOf("MIXED") + 1) - 2;
        try {
            ByteArrayOutputStream changed = new ByteArrayOutputStream();
            changed.write(bytes, 0, second);
            DataOutputStream header = new DataOutputStream(changed);
            header.writeUTF("MIXED_DATA_TYPES");
            header.writeLong(2_000_000_000L);
            header.writeUTF("FLOAT");
            header.write(bytes, changed.size(), bytes.length - changed.size());
            return changed.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] change(byte[] zip, String entry, UnaryOperator<byte[]> change) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ZipOutputStream out = new ZipOutputStream(bytes)) {
                for (Map.Entry<String, byte[]> part : entries(zip).entrySet()) {
                    out.putNextEntry(new ZipEntry(part.getKey()));
                    out.write(part.getKey().equals(entry) ? change.apply(part.getValue()) : part.getValue());
                }
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, byte[]> entries(byte[] zip) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return entries;
    }
}
