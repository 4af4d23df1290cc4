package espalier.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.cost.Complexity;
import espalier.cost.ComplexityCounter;
import espalier.dl4j.ChainNetworks;
import espalier.dl4j.GraphReader;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import espalier.recipe.RegularGraphRecipe;
import espalier.recipe.RegularGraphRecipe.Arrangement;
import espalier.recipe.RegularGraphRecipe.Layers;
import espalier.topology.RegularGraph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class RegularGraphMaskTest {
    private static final TensorShape SHAPE = new TensorShape(3, 16, 16);
    private static final int CLASSES = 10;
    private static final Layers INNER = Layers.STANDARD;
    private static final Layers EVERY = new Layers(false, false, true, false);

    @Test
    void everyNodeKeepsAsManyBlocksAsItHasNeighbours() {
        List<MaskableLayer> layers = MaskableLayer.of(network(residual()));
        WeightMask mask = RegularGraphMask.of(RegularGraph.random(8, 4, 1), layers, INNER);
        assertThat(mask.layers()).hasSize(layers.size() - 2);
        for (LayerMask each : mask.layers()) {
            MaskableLayer layer = each.layer();
            assertThat(each.density()).isEqualTo(0.5);
            for (int output = 0; output < layer.outputs(); output++) {
                int kept = 0;
                for (int input = 0; input < layer.inputs(); input++) {
                    kept += keptOf(each, output, input);
                }
                assertThat(kept).isEqualTo(layer.inputs() * layer.positions() / 2);
            }
            for (int input = 0; input < layer.inputs(); input++) {
                int kept = 0;
                for (int output = 0; output < layer.outputs(); output++) {
                    kept += keptOf(each, output, input);
                }
                assertThat(kept).isEqualTo(layer.outputs() * layer.positions() / 2);
            }
        }
    }

    /** A kernel is kept as a whole or not at all. */
    private static int keptOf(LayerMask mask, int output, int input) {
        MaskableLayer layer = mask.layer();
        int first = (output * layer.inputs() + input) * layer.positions();
        int kept = 0;
        for (int position = 0; position < layer.positions(); position++) {
            kept += mask.keeps(first + position) ? 1 : 0;
        }
        assertThat(kept).isIn(0, layer.positions());
        return kept;
    }

    @Test
    void theFirstAndTheLastLayerStayDenseAsThePolicySays() {
        List<MaskableLayer> layers = MaskableLayer.of(network(residual()));
        List<String> names = layers.stream().map(MaskableLayer::name).toList();
        assertThat(RegularGraphMask.masked(layers, INNER))
                .extracting(MaskableLayer::name)
                .containsExactlyElementsOf(names.subList(1, names.size() - 1));
        assertThat(RegularGraphMask.masked(layers, EVERY)).hasSameSizeAs(layers);
        assertThat(RegularGraphMask.narrowest(layers, INNER).orElseThrow().name())
                .isEqualTo("stage1-block1-conv1");
    }

    @Test
    void aLayerThatIsFrozenStaysDenseAndTheFirstIsStillTheFirst() {
        NetworkGraph network = network(residual());
        List<String> all =
                MaskableLayer.of(network).stream().map(MaskableLayer::name).toList();
        List<MaskableLayer> rest =
                MaskableLayer.of(network, name -> name.equals(all.get(0)) || name.equals(all.get(3)));
        assertThat(RegularGraphMask.masked(rest, INNER)).hasSize(all.size() - 3);
    }

    @Test
    void channelsThatCannotBeSharedOutEvenlyKeepTheGraphsPattern() {
        List<MaskableLayer> layers = MaskableLayer.of(network(leNet()));
        RegularGraph ring = RegularGraph.ring(5, 2);
        WeightMask mask = RegularGraphMask.of(ring, layers, INNER);
        for (LayerMask each : mask.layers()) {
            MaskableLayer layer = each.layer();
            NodeGrouping outputs = NodeGrouping.of(layer.outputs(), 5);
            NodeGrouping inputs = NodeGrouping.of(layer.inputs(), 5);
            long pairs = 0;
            for (int node = 0; node < 5; node++) {
                for (int neighbour : ring.neighbours(node)) {
                    pairs += size(outputs, node) * size(inputs, neighbour);
                }
            }
            assertThat(each.keptWeights()).isEqualTo((int) pairs * layer.positions());
        }
        assertThat(layers).extracting(MaskableLayer::inputs).containsExactly(3, 6, 16, 120, 84);
    }

    private static long size(NodeGrouping grouping, int node) {
        return IntStream.range(0, grouping.channels())
                .filter(channel -> grouping.node(channel) == node)
                .count();
    }

    @Test
    void channelsAreSharedOutInRunsThatDifferByOne() {
        NodeGrouping grouping = NodeGrouping.of(84, 16);
        for (int channel = 1; channel < 84; channel++) {
            assertThat(grouping.node(channel) - grouping.node(channel - 1)).isBetween(0, 1);
        }
        for (int node = 0; node < 16; node++) {
            assertThat(size(grouping, node)).isBetween(5L, 6L);
        }
        assertThatThrownBy(() -> NodeGrouping.of(15, 16))
                .hasMessage("15 channels cannot be shared out among 16 nodes; give at most 15");
    }

    @Test
    void aCompleteGraphWithSelfLoopsKeepsEverything() {
        ComputationGraph graph = residual();
        INDArray before = graph.params().dup();
        List<MaskableLayer> layers = MaskableLayer.of(network(graph));
        Layers loops = new Layers(true, true, true, true);
        RegularGraphMask.of(RegularGraph.ring(8, 7), layers, loops).applyTo(graph, true);
        assertThat(graph.params()).isEqualTo(before);
    }

    @Test
    void masksAreWhereTheLayersHaveTheirWeights() {
        ComputationGraph graph = leNet();
        ComputationGraph before = leNet();
        List<MaskableLayer> layers = MaskableLayer.of(network(graph));
        RegularGraph petersenLike = RegularGraph.random(6, 3, 2);
        WeightMask mask = RegularGraphMask.of(petersenLike, layers, INNER);
        mask.applyTo(graph, false);
        for (MaskableLayer layer : layers) {
            INDArray weights = graph.getLayer(layer.name()).getParam("W");
            INDArray full = before.getLayer(layer.name()).getParam("W");
            NodeGrouping outputs = layer.outputs() < 6 ? null : NodeGrouping.of(layer.outputs(), 6);
            NodeGrouping inputs = layer.inputs() < 6 ? null : NodeGrouping.of(layer.inputs(), 6);
            boolean isMasked = mask.layer(layer.name()) != null;
            for (int output = 0; output < layer.outputs(); output++) {
                for (int input = 0; input < layer.inputs(); input++) {
                    boolean kept = !isMasked
                            || petersenLike.hasEdge(
                                    Objects.requireNonNull(outputs).node(output),
                                    Objects.requireNonNull(inputs).node(input));
                    for (int position = 0; position < layer.positions(); position++) {
                        int side = (int) Math.round(Math.sqrt(layer.positions()));
                        long[] at = layer.kind() == MaskableLayer.Kind.CONVOLUTION
                                ? new long[] {output, input, position / side, position % side}
                                : new long[] {(long) input * layer.positions() + position, output};
                        assertThat(weights.getDouble(at)).isEqualTo(kept ? full.getDouble(at) : 0);
                    }
                }
            }
        }
        assertThat(WeightMask.ofZeros(graph, layers)).isEqualTo(mask);
    }

    @Test
    void scaledWeightsKeepTheVarianceOfASum() {
        ComputationGraph plain = residual();
        ComputationGraph scaled = residual();
        List<MaskableLayer> layers = MaskableLayer.of(network(plain));
        WeightMask mask = RegularGraphMask.of(RegularGraph.ring(8, 2), layers, INNER);
        mask.applyTo(plain, false);
        mask.applyTo(scaled, true);
        INDArray expected = plain.getLayer("stage1-block1-conv1").getParam("W").mul(2);
        assertThat(scaled.getLayer("stage1-block1-conv1").getParam("W")).isEqualTo(expected);
        assertThat(scaled.getLayer("stem").getParam("W"))
                .isEqualTo(plain.getLayer("stem").getParam("W"));
    }

    @Test
    void costIsThatOfTheWeightsThatAreLeft() {
        ComputationGraph graph = leNet();
        NetworkGraph network = network(graph);
        List<MaskableLayer> layers = MaskableLayer.of(network);
        WeightMask mask = RegularGraphMask.of(RegularGraph.ring(5, 2), layers, INNER);
        mask.applyTo(graph, false);
        long macs = 0;
        long parameters = 0;
        for (MaskableLayer layer : layers) {
            long left = graph.getLayer(layer.name())
                    .getParam("W")
                    .neq(0)
                    .castTo(DataType.INT64)
                    .sumNumber()
                    .longValue();
            macs += left * layer.area();
            parameters += left + (layer.bias() ? layer.outputs() : 0);
        }
        Complexity original = ComplexityCounter.of(network).original();
        assertThat(mask.cost(original)).isEqualTo(new Complexity(macs, parameters, original.activations()));
        assertThat(parameters).isLessThan(original.parameters());
    }

    @Test
    void controlsKeepAsManyWeightsOfEachLayerAtPlacesOfTheirOwn() {
        List<MaskableLayer> layers = MaskableLayer.of(network(residual()));
        String ring = RegularGraph.ring(8, 4).toString();
        WeightMask graph = mask(ring, Arrangement.GRAPH, layers, 1);
        WeightMask shuffled = mask(ring, Arrangement.SHUFFLED, layers, 1);
        WeightMask scattered = mask(ring, Arrangement.SCATTERED, layers, 1);
        assertThat(mask(ring, Arrangement.GRAPH, layers, 2)).isEqualTo(graph);
        assertThat(mask(ring, Arrangement.SHUFFLED, layers, 1)).isEqualTo(shuffled);
        assertThat(mask(ring, Arrangement.SHUFFLED, layers, 2)).isNotEqualTo(shuffled);
        assertThat(mask(ring, Arrangement.SCATTERED, layers, 2)).isNotEqualTo(scattered);
        for (LayerMask each : graph.layers()) {
            MaskableLayer layer = each.layer();
            LayerMask kernels = Objects.requireNonNull(shuffled.layer(layer.name()));
            LayerMask weights = Objects.requireNonNull(scattered.layer(layer.name()));
            assertThat(kernels.keptWeights()).isEqualTo(each.keptWeights());
            assertThat(weights.keptWeights()).isEqualTo(each.keptWeights());
            assertThat(kernels).isNotEqualTo(each);
            for (int pair = 0; pair < layer.pairs(); pair++) {
                keptOf(kernels, pair / layer.inputs(), pair % layer.inputs());
            }
        }
        LayerMask dense = LayerMask.ofKernels(layers.get(1), pair -> true);
        assertThat(dense.shuffled(new SplittableRandom(1))).isEqualTo(dense);
    }

    @Test
    void everyPlaceIsDrawnWithTheSameProbability() {
        MaskableLayer layer =
                new MaskableLayer("a", MaskableLayer.Kind.DENSE, 2, 3, 1, 1, false, MaskableLayer.End.NEITHER);
        LayerMask two = LayerMask.ofKernels(layer, pair -> pair < 2);
        SplittableRandom random = new SplittableRandom(1);
        Map<String, Integer> counts = new HashMap<>();
        for (int draw = 0; draw < 15_000; draw++) {
            LayerMask drawn = two.scattered(random);
            StringBuilder text = new StringBuilder();
            for (int weight = 0; weight < 6; weight++) {
                text.append(drawn.keeps(weight) ? 1 : 0);
            }
            counts.merge(text.toString(), 1, Integer::sum);
        }
        assertThat(counts).hasSize(15);
        assertThat(counts.values())
                .allSatisfy(count -> assertThat((double) count).isCloseTo(1000, within(150.0)));
    }

    private static WeightMask mask(String graph, Arrangement arrangement, List<MaskableLayer> layers, long seed) {
        return RegularGraphMask.of(new RegularGraphRecipe(graph, arrangement, INNER), layers, seed);
    }

    private static NetworkGraph network(ComputationGraph graph) {
        return GraphReader.read(graph.getConfiguration(), SHAPE, name -> false);
    }

    private static ComputationGraph residual() {
        return built(ResidualNetworks.cifar(8, 8, Shortcut.B, SHAPE, CLASSES, 1));
    }

    private static ComputationGraph leNet() {
        return built(ChainNetworks.leNet(6, SHAPE, CLASSES, 1));
    }

    private static ComputationGraph built(ComputationGraphConfiguration configuration) {
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return graph;
    }
}
