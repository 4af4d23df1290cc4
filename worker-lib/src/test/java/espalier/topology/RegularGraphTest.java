package espalier.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jgrapht.GraphTests;
import org.jgrapht.Graphs;
import org.jgrapht.alg.shortestpath.BFSShortestPath;
import org.jgrapht.generate.RandomRegularGraphGenerator;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleGraph;
import org.jgrapht.util.SupplierUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RegularGraphTest {

    static Stream<Arguments> known() {
        return Stream.of(
                Arguments.of("K5", RegularGraph.ring(5, 4), 1.0),
                Arguments.of("C6", RegularGraph.ring(6, 2), 1.8),
                Arguments.of("C64", RegularGraph.ring(64, 2), 16.253968),
                Arguments.of("K3,3", KnownGraphs.completeBipartite(3), 1.4),
                Arguments.of("Q3", KnownGraphs.cube(), 12.0 / 7),
                Arguments.of("Petersen", KnownGraphs.petersen(), 5.0 / 3),
                Arguments.of("Heawood", KnownGraphs.heawood(), 27.0 / 13),
                Arguments.of("Desargues", KnownGraphs.desargues(), 2.631579),
                Arguments.of("Hoffman-Singleton", KnownGraphs.hoffmanSingleton(), 91.0 / 49),
                Arguments.of("K32,32", KnownGraphs.completeBipartite(32), 1.492063));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("known")
    void pathsOfKnownGraphsHaveTheirKnownAverageLength(String name, RegularGraph graph, double aspl) {
        assertThat(graph.averageShortestPathLength()).as(name).isCloseTo(aspl, within(5e-7));
        assertThat(graph.averageShortestPathLength())
                .isGreaterThanOrEqualTo(ShortestPaths.lowerBound(graph.nodes(), graph.degree()));
    }

    @ParameterizedTest
    @CsvSource({
        "64,4,8.380952",
        "64,6,5.761905",
        "64,8,4.444444",
        "64,10,3.666667",
        "64,12,3.142857",
        "64,14,2.777778",
        "64,16,2.476190",
        "64,20,2.095238",
        "64,36,1.428571",
        "16,4,2.4",
        "16,6,1.8"
    })
    void pathsOfRingLatticesHaveTheirKnownAverageLength(int nodes, int degree, double aspl) {
        assertThat(RegularGraph.ring(nodes, degree).averageShortestPathLength()).isCloseTo(aspl, within(5e-7));
        double closedForm = 0;
        for (int step = 1; step < nodes; step++) {
            closedForm += Math.ceil(2.0 * Math.min(step, nodes - step) / degree) / (nodes - 1);
        }
        assertThat(RegularGraph.ring(nodes, degree).averageShortestPathLength()).isCloseTo(closedForm, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"8,1", "10,3", "64,5", "64,63", "130,7", "200,4"})
    void distancesAreThoseOfAnotherLibrary(int nodes, int degree) {
        RegularGraph graph = RegularGraph.random(nodes, degree, nodes);
        assertThat(GraphTests.isSimple(other(graph))).isTrue();
        if (degree == 1) {
            assertThat(graph.isConnected()).isFalse();
            assertThat(graph.averageShortestPathLength()).isInfinite();
            return;
        }
        assertThat(GraphTests.isConnected(other(graph))).isTrue();
        var paths = new BFSShortestPath<>(other(graph));
        double sum = 0;
        for (int node = 0; node < nodes; node++) {
            var from = paths.getPaths(node);
            for (int to = 0; to < nodes; to++) {
                sum += from.getWeight(to);
            }
        }
        assertThat((double) graph.distanceSum()).isEqualTo(sum);
        assertThat(graph.isBipartite()).isEqualTo(GraphTests.isBipartite(other(graph)));
    }

    @Test
    void aRandomGraphFollowsFromItsSeed() {
        RegularGraph graph = RegularGraph.random(64, 4, 3);
        assertThat(RegularGraph.random(64, 4, 3)).isEqualTo(graph).hasSameHashCodeAs(graph);
        assertThat(RegularGraph.random(64, 4, 4)).isNotEqualTo(graph);
    }

    /** On six nodes there are 60 prisms and 10 complete bipartite graphs of degree 3. */
    @Test
    void everyGraphIsDrawnWithTheSameProbability() {
        long prisms = LongStream.range(0, 7_000)
                .filter(seed -> !RegularGraph.random(6, 3, seed).isBipartite())
                .count();
        assertThat(prisms / 7_000.0).isCloseTo(6.0 / 7, within(0.017));
    }

    @ParameterizedTest
    @CsvSource({"4,0.02", "6,0.01", "8,0.005"})
    void pathsOfRandomGraphsAreAsLongAsThoseOfAnotherLibrarys(int degree, double tolerance) {
        assertThat(average(seed -> RegularGraph.random(64, degree, seed)))
                .isCloseTo(average(seed -> generated(64, degree, seed)), within(tolerance));
    }

    private static double average(LongFunction<RegularGraph> graphs) {
        return LongStream.range(0, 100)
                .mapToObj(graphs)
                .mapToDouble(RegularGraph::averageShortestPathLength)
                .filter(Double::isFinite)
                .average()
                .orElseThrow();
    }

    /** By pairing. */
    private static RegularGraph generated(int nodes, int degree, long seed) {
        var generated = new SimpleGraph<Integer, DefaultEdge>(
                SupplierUtil.createIntegerSupplier(), SupplierUtil.createDefaultEdgeSupplier(), false);
        new RandomRegularGraphGenerator<Integer, DefaultEdge>(nodes, degree, seed).generateGraph(generated);
        RegularGraph graph = RegularGraph.of(IntStream.range(0, nodes)
                .mapToObj(node -> Graphs.neighborListOf(generated, node).stream()
                        .mapToInt(Integer::intValue)
                        .toArray())
                .toList());
        assertThat(generated.edgeSet())
                .hasSize(nodes * degree / 2)
                .allMatch(edge -> graph.hasEdge(generated.getEdgeSource(edge), generated.getEdgeTarget(edge)));
        return graph;
    }

    @Test
    void onlyTwoSidedGraphsAreBipartite() {
        assertThat(RegularGraph.ring(8, 2).isBipartite()).isTrue();
        assertThat(RegularGraph.ring(7, 2).isBipartite()).isFalse();
        assertThat(KnownGraphs.completeBipartite(32).isBipartite()).isTrue();
        assertThat(KnownGraphs.petersen().isBipartite()).isFalse();
        assertThat(RegularGraph.ring(4, 1).isBipartite()).isTrue();
    }

    @Test
    void whatIsNoRegularGraphIsRefused() {
        assertThatThrownBy(() -> RegularGraph.ring(5, 3))
                .hasMessage("a graph of 5 nodes has degree 3; nodes times degree counts every edge twice and must be"
                        + " even: give degree 4, or an even number of nodes");
        assertThatThrownBy(() -> RegularGraph.ring(8, 8))
                .hasMessage("a graph of 8 nodes has degree 8; 1 to 7 are possible");
        assertThatThrownBy(() -> RegularGraph.ring(1, 1)).hasMessage("a graph has 1 nodes; 2 to 4096 are possible");
        assertThatThrownBy(() -> RegularGraph.of(List.of(new int[] {1}, new int[] {2}, new int[] {1}, new int[] {0})))
                .hasMessage("node 0 has neighbour 1, which has not node 0; edges go both ways");
        assertThatThrownBy(() -> RegularGraph.of(List.of(new int[] {1, 1}, new int[] {0, 0})))
                .hasMessage("a graph of 2 nodes has degree 2; 1 to 1 are possible");
    }

    private static SimpleGraph<Integer, DefaultEdge> other(RegularGraph graph) {
        var other = new SimpleGraph<Integer, DefaultEdge>(DefaultEdge.class);
        for (int node = 0; node < graph.nodes(); node++) {
            other.addVertex(node);
        }
        for (int node = 0; node < graph.nodes(); node++) {
            for (int neighbour : graph.neighbours(node)) {
                other.addEdge(node, neighbour);
            }
        }
        return other;
    }
}
