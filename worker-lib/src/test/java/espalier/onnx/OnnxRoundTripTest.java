package espalier.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.dl4j.ChainNetworks;
import espalier.dl4j.GraphReader;
import espalier.dl4j.NetworkFiles;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.importance.RandomImportance;
import espalier.network.TensorShape;
import espalier.prune.ChannelRanking;
import espalier.prune.FilterPruner;
import espalier.prune.RandomNetworks;
import espalier.recipe.ChannelRecipe;
import espalier.weights.TrainedNetwork;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A network says the same in Deeplearning4j, in ONNX Runtime, and when it is read again. */
class OnnxRoundTripTest {
    private static final int RANDOM_NETWORKS = 12;
    private static final int IMAGES = 3;

    record Case(String name, ComputationGraphConfiguration configuration, TensorShape input) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> networks() {
        TensorShape colour = new TensorShape(3, 16, 16);
        TensorShape grey = new TensorShape(1, 28, 28);
        Stream<Case> random = IntStream.range(0, RANDOM_NETWORKS)
                .mapToObj(seed -> new Case("random " + seed, RandomNetworks.create(colour, 5, seed), colour));
        Stream<Case> builtIn = Stream.of(
                new Case("resnet-8 a", ResidualNetworks.cifar(8, 8, Shortcut.A, colour, 10, 3), colour),
                new Case("resnet-14 b", ResidualNetworks.cifar(14, 6, Shortcut.B, colour, 5, 4), colour),
                new Case("vgg-11", ChainNetworks.vgg(11, 6, grey, 10, 6), grey),
                new Case("lenet", ChainNetworks.leNet(6, grey, 10, 7), grey));
        return Stream.concat(builtIn, random);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void networkSaysTheSameEverywhere(Case network) {
        ComputationGraph graph = Logits.randomized(new ComputationGraph(network.configuration()));
        OnnxNetwork again = assertRoundTrip(graph, network.input());
        assertThat(groups(again.graph(), network.input())).isEqualTo(groups(graph, network.input()));
    }

    /** Its channel groups may differ: a grouped convolution with one channel left a group comes back as a depthwise one. */
    @ParameterizedTest
    @MethodSource("networks")
    void prunedNetworkSaysTheSameEverywhere(Case network) {
        ComputationGraph graph = Logits.randomized(new ComputationGraph(network.configuration()));
        TrainedNetwork trained = TrainedNetwork.of(graph, network.input(), name -> false);
        SplittableRandom random = new SplittableRandom(11);
        ChannelRecipe recipe = new ChannelRecipe(trained.graph().prunableGroups().stream()
                .map(group -> 1 + random.nextInt(group.width()))
                .toList());
        ChannelRanking ranking = ChannelRanking.of(trained, new RandomImportance(1));
        assertRoundTrip(FilterPruner.prune(trained, ranking.keptUnits(recipe)), network.input());
    }

    private static OnnxNetwork assertRoundTrip(ComputationGraph graph, TensorShape input) {
        INDArray images = Logits.images(IMAGES, input.channels(), input.height(), input.width());
        INDArray expected = Logits.of(graph, images);
        byte[] model = OnnxWriter.write(graph, input);
        Logits.assertEqual(OnnxRuntime.run(model, OnnxWriter.LOGITS, images), expected);
        Logits.assertEqual(
                OnnxRuntime.run(model, OnnxWriter.PROBABILITIES, images), Transforms.softmax(expected, true));
        OnnxNetwork again = OnnxReader.read(model, "model.onnx");
        assertThat(again.input()).isEqualTo(input);
        assertThat(again.classes()).isEqualTo((int) expected.size(1));
        Logits.assertEqual(Logits.of(again.graph(), images), expected);
        ComputationGraph restored = NetworkFiles.read(NetworkFiles.write(again.graph()), "network.zip");
        Logits.assertEqual(Logits.of(restored, images), expected);
        return again;
    }

    /** Channel groups but for their names: the convolutions of a group get new ones on the way. */
    private static List<String> groups(ComputationGraph graph, TensorShape input) {
        return GraphReader.read(graph.getConfiguration(), input, name -> false).groups().stream()
                .map(group -> "%d units of %d layers, %.0f positions %s"
                        .formatted(group.width(), group.producers().size(), group.area(), group.frozenBecause()))
                .toList();
    }
}
