package espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.cost.Complexity;
import espalier.cost.ComplexityCounter;
import espalier.dl4j.GraphReader;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.mask.MaskableLayer;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.RegularGraphRecipe;
import espalier.recipe.RegularGraphRecipe.Arrangement;
import espalier.recipe.RegularGraphRecipe.Layers;
import espalier.recipe.WholeNetwork;
import espalier.topology.Graph6;
import espalier.topology.RegularGraph;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RegularGraphSpaceTest {
    private static final NetworkGraph NETWORK = GraphReader.read(
            ResidualNetworks.cifar(8, 16, Shortcut.B, new TensorShape(3, 16, 16), 10, 1),
            new TensorShape(3, 16, 16),
            name -> false);
    private static final Complexity ORIGINAL = ComplexityCounter.of(NETWORK).original();
    private static final List<MaskableLayer> LAYERS = MaskableLayer.of(NETWORK);

    @Test
    void aGraphBelongsToItByItsSizeItsDegreeAndItsPaths() {
        RegularGraphSpace space = space(16, 4, new Band(1.8, 2.2));
        RegularGraph ring = RegularGraph.ring(16, 4);
        assertThat(space.contains(recipe(ring))).isFalse();
        assertThat(space(16, 4, Band.UNBOUNDED).contains(recipe(ring))).isTrue();
        assertThat(space(16, 6, Band.UNBOUNDED).contains(recipe(ring))).isFalse();
        assertThat(space(8, 4, Band.UNBOUNDED).contains(recipe(ring))).isFalse();
        assertThat(space.contains(ChannelRecipe.of(1, 2))).isFalse();
        RegularGraphRecipe shuffled = new RegularGraphRecipe(ring.toString(), Arrangement.SHUFFLED, Layers.STANDARD);
        assertThat(space(16, 4, Band.UNBOUNDED).contains(shuffled)).isFalse();
    }

    @Test
    void featuresCountEveryWeightAndKnowTheGraph() {
        RecipeFeatures features = space(16, 4, Band.UNBOUNDED).features(recipe(RegularGraph.ring(16, 4)));
        long masked = LAYERS.stream()
                .filter(layer -> layer.end() == MaskableLayer.End.NEITHER)
                .mapToLong(MaskableLayer::weights)
                .sum();
        assertThat(features.complexity().parameters()).isEqualTo(ORIGINAL.parameters() - masked * 3 / 4);
        assertThat(features.parametersKept()).isGreaterThan(0.25).isLessThan(0.27);
        assertThat(features.ratios()).hasSize(LAYERS.size() - 2).containsOnly(0.25);
        assertThat(features.spread()).isZero();
        assertThat(features.own())
                .containsEntry("nodes", 16.0)
                .containsEntry("degree", 4.0)
                .containsEntry("nominal_density", 0.25);
        assertThat(features.own().get("aspl")).isCloseTo(2.4, within(1e-12));
        assertThat(features.own().get("aspl_bound")).isCloseTo(26.0 / 15, within(1e-12));
        assertThat(space(16, 4, Band.UNBOUNDED).features(new WholeNetwork()).parametersKept())
                .isEqualTo(1);
    }

    @Test
    void graphsAreDrawnAllOverTheBandAndNoneTwice() {
        RegularGraphSpace space = space(16, 4, new Band(1.75, 2.4));
        List<RegularGraphRecipe> drawn = new RegularGraphSampler(space, 5_000, 20).draw(12, 1, Set.of());
        assertThat(drawn).doesNotHaveDuplicates().allMatch(space::contains);
        double[] lengths = drawn.stream()
                .mapToDouble(recipe -> Graph6.read(recipe.graph()).averageShortestPathLength())
                .toArray();
        for (int index = 0; index < lengths.length; index++) {
            assertThat(lengths[index]).isCloseTo(1.75 + (index + 0.5) * 0.65 / 12, within(0.06));
        }
        assertThat(new RegularGraphSampler(space, 5_000, 20).draw(12, 1, Set.of()))
                .isEqualTo(drawn);
        assertThat(new RegularGraphSampler(space, 5_000, 20).draw(12, 1, Set.copyOf(drawn)))
                .doesNotContainAnyElementsOf(drawn);
    }

    @Test
    void aNarrowerSpaceAndWhatItLeavesShareTheGraphsOut() {
        RegularGraphSpace space = space(16, 4, Band.UNBOUNDED);
        RegularGraphSpace narrow = space.within(Map.of(RegularGraphSpace.ASPL, new Band(0, 1.9)));
        RegularGraphSpace rest = space.without(narrow);
        List<RegularGraphRecipe> drawn = new RegularGraphSampler(space, 5_000, 20).draw(20, 3, Set.of());
        assertThat(drawn)
                .allSatisfy(recipe -> assertThat(narrow.contains(recipe)).isNotEqualTo(rest.contains(recipe)));
        assertThat(new RegularGraphSampler(rest, 5_000, 20).draw(6, 4, Set.of()))
                .allMatch(rest::contains);
        assertThat(narrow.bands()).containsEntry(RegularGraphSpace.ASPL, new Band(0, 1.9));
    }

    @Test
    void graphsOfTwoSidesAreLeftOutUnlessNodesAreJoinedToThemselves() {
        RegularGraph cube = Graph6.read(RegularGraph.of(IntStream.range(0, 8)
                        .mapToObj(node -> new int[] {node ^ 1, node ^ 2, node ^ 4})
                        .toList())
                .toString());
        Layers loops = new Layers(true, true, true, false);
        assertThat(space(8, 3, Band.UNBOUNDED).contains(recipe(cube))).isFalse();
        RegularGraphSpace withLoops =
                RegularGraphSpace.of(ORIGINAL, LAYERS, new RegularGraphSpace.Shape(8, 3, loops), Band.UNBOUNDED);
        assertThat(withLoops.contains(new RegularGraphRecipe(cube.toString(), Arrangement.GRAPH, loops)))
                .isTrue();
    }

    @Test
    void spacesWithoutGraphsAreRefusedInOneLine() {
        assertThatThrownBy(() -> space(17, 4, Band.UNBOUNDED))
                .isInstanceOf(SpaceException.class)
                .hasMessage("space.graph.nodes is 17, must be at most 16, the channels of layer 'stage1-block1-conv1':"
                        + " give 16 or fewer, a wider network, or name layers to stay dense in network.freeze");
        assertThatThrownBy(() -> space(15, 3, Band.UNBOUNDED))
                .hasMessageStartingWith("space.graph: a graph of 15 nodes");
        assertThatThrownBy(() -> space(16, 1, Band.UNBOUNDED))
                .hasMessage("space.graph.degree is 1, must be at least 2: pairs hear of nobody else");
        assertThatThrownBy(() -> space(16, 2, Band.UNBOUNDED))
                .hasMessage("space.graph.degree is 2 on 16 nodes: every such graph has two sides that a chain of layers"
                        + " never mixes; give degree 3 or more, an odd number of nodes, or self-loops");
        assertThatThrownBy(() -> space(16, 4, new Band(2.5, 3)))
                .hasMessage("ASPL is to be 2.5 to 3, but graphs of 16 nodes and degree 4 have 1.7333 to 2.4;"
                        + " widen space.graph.aspl");
        RegularGraphSpace space = space(16, 4, new Band(1.75, 1.7501));
        assertThatThrownBy(() -> new RegularGraphSampler(space, 1, 3).draw(5, 1, Set.of()))
                .isInstanceOf(SpaceException.class)
                .hasMessageContaining("was found in 3 attempts; widen space.graph.aspl");
    }

    private static RegularGraphSpace space(int nodes, int degree, Band aspl) {
        return RegularGraphSpace.of(
                ORIGINAL, LAYERS, new RegularGraphSpace.Shape(nodes, degree, Layers.STANDARD), aspl);
    }

    private static RegularGraphRecipe recipe(RegularGraph graph) {
        return new RegularGraphRecipe(graph.toString(), Arrangement.GRAPH, Layers.STANDARD);
    }
}
