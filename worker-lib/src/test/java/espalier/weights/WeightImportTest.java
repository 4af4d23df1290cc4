package espalier.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.TensorShape;
import espalier.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class WeightImportTest {
    private static final WeightMapping MAPPING = WeightMapping.ofResidualNetworks();

    @ParameterizedTest
    @EnumSource(Shortcut.class)
    void givesAResidualNetworkTheWeightsOfAnother(Shortcut shortcut) {
        ComputationGraph trained = network(14, shortcut, 1);
        ComputationGraph fresh = network(14, shortcut, 2);

        load(tensorsOf(trained), MAPPING, fresh);

        assertThat(fresh.params()).isEqualTo(trained.params());
    }

    @Test
    void turnsDepthwiseKernelsAndDenseMatrices() {
        ComputationGraph graph = depthwise();
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("depthwise.weight", Nd4j.arange(2 * 3 * 3).reshape(2, 1, 3, 3));
        tensors.put("linear.weight", Nd4j.arange(3 * 32).reshape(3, 32));
        tensors.put("linear.bias", Nd4j.createFromArray(1f, 2, 3));
        WeightMapping mapping = WeightMapping.parse("m", """
                {"parameters": {"depthwise.weight": "depthwise/W", "linear.weight": "out/W", "linear.bias": "out/b"}}
                """);

        load(tensors, mapping, graph);

        INDArray kernels = graph.getLayer("depthwise").getParam("W");
        assertThat(kernels.shape()).containsExactly(3, 3, 2, 1);
        assertThat(kernels.getFloat(0, 2, 1, 0)).isEqualTo(9 + 2);
        assertThat(kernels.getFloat(2, 1, 0, 0)).isEqualTo(2 * 3 + 1);
        assertThat(graph.getLayer("out").getParam("W").getFloat(5, 2)).isEqualTo(2 * 32 + 5);
        assertThat(graph.getLayer("out").getParam("b").toFloatVector()).containsExactly(1, 2, 3);
    }

    @Test
    void leavesOutWhatTheMappingIgnores() {
        ComputationGraph trained = network(8, Shortcut.B, 1);
        Map<String, INDArray> tensors = tensorsOf(trained);
        tensors.put("bn1.num_batches_tracked", Nd4j.scalar(7f));
        tensors.put("layer3.0.bn2.num_batches_tracked", Nd4j.scalar(7f));
        tensors.put("layer2.0.shortcut.1.num_batches_tracked", Nd4j.scalar(7f));
        ComputationGraph fresh = network(8, Shortcut.B, 2);

        load(tensors, MAPPING, fresh);

        assertThat(fresh.params()).isEqualTo(trained.params());
    }

    @Test
    void namesATensorOfAnotherShape() {
        Map<String, INDArray> tensors = tensorsOf(network(8, Shortcut.A, 1));
        tensors.put("linear.weight", Nd4j.zeros(16, 10));

        refuses(
                tensors,
                network(8, Shortcut.A, 2),
                "w: tensor 'linear.weight' has shape [16, 10], must have [10, 16] to be classifier/W: "
                        + "give the weights of this network");
    }

    @Test
    void namesTheLayerThatASmallerNetworkDoesNotHave() {
        refuses(
                tensorsOf(network(14, Shortcut.A, 1)),
                network(8, Shortcut.A, 2),
                "w: tensor 'layer1.1.conv1.weight' is mapped to stage1-block2-conv1/W, which the network does not have: "
                        + "give it the depth of the weights, or correct the mapping");
    }

    @Test
    void namesParametersThatGetNothing() {
        refuses(
                tensorsOf(network(8, Shortcut.A, 1)),
                network(14, Shortcut.A, 2),
                "w has no tensor for parameters (stage1-block2-conv1/W, stage1-block2-conv1-norm/gamma, "
                        + "stage1-block2-conv1-norm/beta and 27 more): give the weights of this network, or complete the mapping");
    }

    @Test
    void namesTensorsThatAreLeftOver() {
        Map<String, INDArray> tensors = tensorsOf(network(8, Shortcut.A, 1));
        tensors.put("head.weight", Nd4j.zeros(2));

        refuses(
                tensors,
                network(8, Shortcut.A, 2),
                "w has tensors that the mapping does not name (head.weight): "
                        + "add them to its parameters or to its ignored");
    }

    @Test
    void namesTwoTensorsForOneParameter() {
        Map<String, INDArray> tensors = tensorsOf(network(8, Shortcut.A, 1));
        tensors.put("fc.bias", Nd4j.zeros(10));

        refuses(
                tensors,
                network(8, Shortcut.A, 2),
                "w: tensors 'linear.bias' and 'fc.bias' are both mapped to classifier/b, which takes one: "
                        + "correct the mapping");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"parameters\": [\"a\"]}",
                "{\"parameters\": {\"a\": \"b\"}}",
                "{\"parameters\": {\"a{n}\": \"b{m}/W\"}}",
                "{\"parameters\": {\"a{n}.{n}\": \"b/W\"}}",
                "{\"parameter\": {}}",
            })
    void refusesAMappingThatIsNone(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WeightMapping.parse("m.json", text))
                .withMessageMatching("m.json is not a mapping of weights \\(.*\\): "
                        + "give \\{\"parameters\": \\{...}, \"ignored\": \\[...]}");
    }

    private static void refuses(Map<String, INDArray> tensors, ComputationGraph graph, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> load(tensors, MAPPING, graph))
                .withMessage(message);
    }

    private static void load(Map<String, INDArray> tensors, WeightMapping mapping, ComputationGraph graph) {
        WeightImport.load("w", SafetensorsFile.read("w", file(tensors)), mapping, graph);
    }

    private static ComputationGraph network(int depth, Shortcut shortcut, int seed) {
        ComputationGraph graph =
                new ComputationGraph(ResidualNetworks.cifar(depth, 4, shortcut, new TensorShape(3, 8, 8), 10, seed));
        graph.init();
        graph.params().addi(Nd4j.rand(graph.params().shape()).muli(0.1));
        return graph;
    }

    private static ComputationGraph depthwise() {
        ComputationGraph graph = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(4, 4, 2))
                .addLayer(
                        "depthwise",
                        new DepthwiseConvolution2D.Builder(3, 3)
                                .depthMultiplier(1)
                                .padding(1, 1)
                                .hasBias(false)
                                .build(),
                        "in")
                .addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunction.MCXENT)
                                .nOut(3)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "depthwise")
                .setOutputs("out")
                .build());
        graph.init();
        return graph;
    }

    /** The parameters of a residual network under the names and in the shapes that PyTorch gives them. */
    private static Map<String, INDArray> tensorsOf(ComputationGraph graph) {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        graph.paramTable().forEach((name, array) -> {
            int key = name.lastIndexOf('_');
            String layer = name.substring(0, key);
            INDArray turned = layer.equals("classifier") && array.rows() > 1 ? array.transpose() : array;
            INDArray tensor = array.rank() == 2 && array.rows() == 1 ? array.reshape(array.length()) : turned;
            tensors.put(moduleOf(layer) + "." + tensorOf(name.substring(key + 1)), tensor);
        });
        return tensors;
    }

    private static String moduleOf(String layer) {
        if (layer.startsWith("stage")) {
            String[] words = layer.split("-", -1);
            String unit = words[2].equals("projection")
                    ? (words.length > 3 ? "shortcut.1" : "shortcut.0")
                    : (words.length > 3 ? "bn" : "conv") + words[2].substring(4);
            return "layer%s.%d.%s".formatted(words[0].substring(5), Integer.parseInt(words[1].substring(5)) - 1, unit);
        }
        return Objects.requireNonNull(Map.of("stem", "conv1", "stem-norm", "bn1", "classifier", "linear")
                .get(layer));
    }

    private static String tensorOf(String key) {
        return Objects.requireNonNull(Map.of(
                        "W",
                        "weight",
                        "b",
                        "bias",
                        "gamma",
                        "weight",
                        "beta",
                        "bias",
                        "mean",
                        "running_mean",
                        "var",
                        "running_var")
                .get(key));
    }

    private static byte[] file(Map<String, INDArray> tensors) {
        ByteBuffer data = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        String header = tensors.entrySet().stream()
                .map(entry -> {
                    int begin = data.position();
                    for (float value : entry.getValue().dup('c').data().asFloat()) {
                        data.putFloat(value);
                    }
                    return "\"%s\": {\"dtype\": \"F32\", \"shape\": %s, \"data_offsets\": [%d, %d]}"
                            .formatted(
                                    entry.getKey(),
                                    Arrays.toString(entry.getValue().shape()),
                                    begin,
                                    data.position());
                })
                .collect(Collectors.joining(", ", "{", "}"));
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + text.length + data.position())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data.array(), 0, data.position())
                .array();
    }
}
