package espalier.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Graph6Test {

    @Test
    void knownGraphsHaveTheirKnownText() {
        assertThat(Graph6.write(RegularGraph.ring(5, 4))).isEqualTo("D~{");
        assertThat(Graph6.write(RegularGraph.ring(6, 2))).isEqualTo("EhEG");
        RegularGraph petersen = Graph6.read("IheA@GUAo");
        assertThat(petersen.nodes()).isEqualTo(10);
        assertThat(petersen.distanceSum()).isEqualTo(ShortestPaths.lowerBoundOfSum(10, 3));
    }

    @ParameterizedTest
    @CsvSource({"2,1", "62,5", "63,4", "64,4", "65,8", "300,3"})
    void aGraphIsReadAsItWasWritten(int nodes, int degree) {
        if (nodes * degree % 2 == 0) {
            RegularGraph graph = RegularGraph.random(nodes, degree, 1);
            assertThat(Graph6.read(Graph6.write(graph))).isEqualTo(graph);
        }
    }

    @Test
    void whatIsNoGraphIsRefused() {
        assertThatThrownBy(() -> Graph6.read("")).hasMessage("'' is no graph in the format graph6");
        assertThatThrownBy(() -> Graph6.read("D~")).hasMessageContaining("graph6 text of 5 nodes has 1 characters");
        assertThatThrownBy(() -> Graph6.read("D d")).hasMessage("'D d' is no graph in the format graph6");
        assertThatThrownBy(() -> Graph6.read("Ch")).hasMessage("node 1 has 2 neighbours, node 0 has 1; all alike");
    }
}
