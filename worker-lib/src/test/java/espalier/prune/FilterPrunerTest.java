package espalier.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.cost.Complexity;
import espalier.cost.ComplexityCounter;
import espalier.dl4j.ChainNetworks;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.importance.RandomImportance;
import espalier.network.ChannelGroup;
import espalier.network.ChannelLayout;
import espalier.network.TensorShape;
import espalier.recipe.ChannelRecipe;
import espalier.weights.TrainedNetwork;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

class FilterPrunerTest {
    private static final int RECIPES = 3;
    private static final int RANDOM_NETWORKS = 25;

    record Case(String name, ComputationGraphConfiguration configuration, TensorShape input) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> networks() {
        TensorShape input = new TensorShape(3, 16, 16);
        Stream<Case> random = IntStream.range(0, RANDOM_NETWORKS)
                .mapToObj(seed -> new Case("random " + seed, RandomNetworks.create(input, 5, seed), input));
        return Stream.concat(rectified(), random);
    }

    /** Networks in which a channel without weights is zero everywhere. */
    static Stream<Case> rectified() {
        TensorShape colour = new TensorShape(3, 16, 16);
        TensorShape grey = new TensorShape(1, 28, 28);
        return Stream.of(
                new Case("resnet-8 a", ResidualNetworks.cifar(8, 8, Shortcut.A, colour, 10, 3), colour),
                new Case("resnet-14 b", ResidualNetworks.cifar(14, 6, Shortcut.B, colour, 5, 4), colour),
                new Case("vgg-11", ChainNetworks.vgg(11, 6, grey, 10, 6), grey),
                new Case("lenet", ChainNetworks.leNet(6, grey, 10, 7), grey));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void keepingEverythingIsTheIdentity(Case network) {
        ComputationGraph original = randomized(network);
        TrainedNetwork trained = TrainedNetwork.of(original, network.input(), name -> false);
        ComputationGraph pruned = FilterPruner.prune(trained, fullWidths(trained));
        INDArray images = images(network.input());
        assertThat(pruned.outputSingle(images)).isEqualTo(original.outputSingle(images));
        assertThat(pruned.params()).isEqualTo(original.params());
    }

    @Test
    void freshWeightsAreDrawnForTheInputsThatAreLeft() {
        TensorShape input = new TensorShape(1, 28, 28);
        ComputationGraph full = new ComputationGraph(ChainNetworks.leNet(32, input, 10, 7));
        full.init();
        TrainedNetwork network = TrainedNetwork.of(full, input, name -> false);
        BitSet kept = ChannelRanking.of(network, new RandomImportance(1)).keptUnits(narrowest(network, 4));
        ComputationGraph fresh = FilterPruner.initialize(network, kept, 9);
        for (Layer layer : fresh.getLayers()) {
            if (layer.paramTable().containsKey("W")) {
                INDArray weights = layer.getParam("W");
                long inputs = weights.rank() == 2 ? weights.size(0) : weights.length() / weights.size(0);
                double expected = Math.sqrt(2.0 / inputs);
                assertThat(weights.stdNumber().doubleValue())
                        .as(layer.conf().getLayer().getLayerName())
                        .isBetween(0.6 * expected, 1.4 * expected);
            }
        }
        assertThat(FilterPruner.initialize(network, kept, 9).params()).isEqualTo(fresh.params());
        assertThat(FilterPruner.initialize(network, kept, 8).params()).isNotEqualTo(fresh.params());
    }

    /** Each group as wide as is asked, or whole. */
    private static ChannelRecipe narrowest(TrainedNetwork network, int width) {
        return new ChannelRecipe(network.graph().prunableGroups().stream()
                .map(group -> Math.min(width, group.width()))
                .toList());
    }

    @ParameterizedTest
    @MethodSource("rectified")
    void prunedNetworkEqualsTheOriginalWithRemovedChannelsForcedToZero(Case network) {
        ComputationGraph original = randomized(network);
        TrainedNetwork trained = TrainedNetwork.of(original, network.input(), name -> false);
        INDArray images = images(network.input());
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < RECIPES; i++) {
            ChannelRecipe recipe = randomRecipe(trained, random);
            BitSet kept = ChannelRanking.of(trained, new RandomImportance(i)).keptUnits(recipe);
            ComputationGraph pruned = FilterPruner.prune(trained, kept);
            ComputationGraph masked = masked(original, trained, kept);
            assertThat(logits(pruned, images).distance2(logits(masked, images)))
                    .as("recipe %s", recipe)
                    .isLessThan(1e-5
                            * Math.max(1, logits(masked, images).norm2Number().doubleValue()));
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void prunedNetworkHasTheParametersThatWereCounted(Case network) {
        ComputationGraph original = randomized(network);
        TrainedNetwork trained = TrainedNetwork.of(original, network.input(), name -> false);
        ChannelRecipe recipe = randomRecipe(trained, new SplittableRandom(5));
        BitSet kept = ChannelRanking.of(trained, new RandomImportance(1)).keptUnits(recipe);
        ComputationGraph pruned = FilterPruner.prune(trained, kept);
        long norms = 0;
        for (Layer layer : pruned.getLayers()) {
            norms += layer.type() == Layer.Type.NORMALIZATION ? layer.numParams() : 0;
        }
        Complexity cost = ComplexityCounter.of(trained.graph()).count(recipe.toArray());
        assertThat(pruned.numParams() - norms).isEqualTo(cost.parameters());
    }

    @Test
    void refusesToEmptyAGroupOrToTouchAFrozenOne() {
        Case lenet = rectified().toList().get(3);
        TrainedNetwork trained = TrainedNetwork.of(randomized(lenet), lenet.input(), "conv2"::equals);
        BitSet none = fullWidths(trained);
        ChannelGroup conv1 = trained.graph().prunableGroups().get(0);
        none.clear(conv1.firstUnit(), conv1.firstUnit() + conv1.width());
        assertThatThrownBy(() -> FilterPruner.prune(trained, none))
                .hasMessage("channel group 'conv1' keeps 0 of 6 channels; at least 1 must stay");
        BitSet frozen = fullWidths(trained);
        ChannelGroup conv2 = trained.graph().groups().stream()
                .filter(group -> group.name().equals("conv2"))
                .findFirst()
                .orElseThrow();
        frozen.clear(conv2.firstUnit());
        assertThatThrownBy(() -> FilterPruner.prune(trained, frozen))
                .hasMessage("channel group 'conv2' keeps 15 of 16 channels; at least 16 must stay");
    }

    @Test
    void keepsTheMostImportantChannels() {
        Case lenet = rectified().toList().get(3);
        TrainedNetwork trained = TrainedNetwork.of(randomized(lenet), lenet.input(), name -> false);
        ChannelRanking ranking = ChannelRanking.of(
                trained,
                (network, group) ->
                        group.name().equals("conv1") ? new double[] {3, 1, 5, 5, 0, 4} : new double[group.width()]);
        BitSet kept = ranking.keptUnits(ChannelRecipe.of(3, 16, 120, 84));
        int first = trained.graph().prunableGroups().get(0).firstUnit();
        assertThat(kept.get(first, first + 6).stream().toArray()).containsExactly(2, 3, 5);
    }

    @Test
    void recipeOfAnotherNetworkIsRefused() {
        Case lenet = rectified().toList().get(3);
        TrainedNetwork trained = TrainedNetwork.of(randomized(lenet), lenet.input(), name -> false);
        ChannelRanking ranking = ChannelRanking.of(trained, new RandomImportance(1));
        assertThatThrownBy(() -> ranking.keptUnits(ChannelRecipe.of(1, 2)))
                .hasMessageContaining("recipe has 2 widths, the network has 4");
        assertThatThrownBy(() -> ranking.keptUnits(ChannelRecipe.of(7, 16, 120, 84)))
                .hasMessageContaining("keeps 7 channels of group 'conv1', which has 6");
    }

    private static ComputationGraph randomized(Case network) {
        ComputationGraph graph = new ComputationGraph(network.configuration());
        graph.init();
        DistinctParameters.draw(graph, 17);
        return graph;
    }

    /** The original, with zeros for whatever writes a removed channel: weights, bias, scale and shift. */
    private static ComputationGraph masked(ComputationGraph original, TrainedNetwork trained, BitSet kept) {
        ComputationGraph masked = original.clone();
        for (Layer layer : masked.getLayers()) {
            ChannelLayout layout =
                    trained.graph().outputLayout(layer.conf().getLayer().getLayerName());
            layer.paramTable().forEach((key, array) -> {
                if (List.of("W", "b", "gamma", "beta").contains(key)) {
                    zeroRemoved(array, outputAxis(key, array, layer), layout, kept);
                }
            });
        }
        return masked;
    }

    private static int outputAxis(String key, INDArray array, Layer layer) {
        return key.equals("W") && layer.type() == Layer.Type.CONVOLUTIONAL ? 0 : array.rank() - 1;
    }

    private static void zeroRemoved(INDArray array, int axis, ChannelLayout layout, BitSet kept) {
        for (int channel = 0; channel < layout.channels(); channel++) {
            if (!kept.get(layout.unit(channel))) {
                int[] others = IntStream.range(0, array.rank())
                        .filter(other -> other != axis)
                        .toArray();
                (others.length == 0 ? array.getScalar(channel) : array.tensorAlongDimension(channel, others)).assign(0);
            }
        }
    }

    private static INDArray logits(ComputationGraph graph, INDArray images) {
        return Transforms.log(graph.outputSingle(images));
    }

    private static INDArray images(TensorShape input) {
        return Nd4j.rand(DataType.FLOAT, 4, input.channels(), input.height(), input.width());
    }

    private static BitSet fullWidths(TrainedNetwork trained) {
        BitSet all = new BitSet();
        all.set(0, trained.graph().units());
        return all;
    }

    private static ChannelRecipe randomRecipe(TrainedNetwork trained, SplittableRandom random) {
        return new ChannelRecipe(trained.graph().prunableGroups().stream()
                .map(group -> 1 + random.nextInt(group.width()))
                .toList());
    }
}
