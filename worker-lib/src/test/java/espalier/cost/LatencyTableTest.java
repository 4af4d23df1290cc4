package espalier.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import espalier.dl4j.ChainNetworks;
import espalier.dl4j.GraphReader;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import org.junit.jupiter.api.Test;

class LatencyTableTest {
    private static final TensorShape INPUT = new TensorShape(1, 28, 28);
    private static final NetworkGraph LENET =
            GraphReader.read(ChainNetworks.leNet(6, INPUT, 10, 1), INPUT, name -> false);

    /** Latencies that are linear in both widths are interpolated exactly. */
    private static final String TABLE = """
            # measured on paper
            layer,inputs,outputs,milliseconds
            conv1,1,1,0.1
            conv1,1,6,0.6

            conv2,1,1,1.1
            conv2,1,16,2.6
            conv2,6,1,1.6
            conv2,6,16,3.1
            dense1,400,120,5
            dense2,120,84,2
            classifier,84,10,1
            """;

    @Test
    void addsUpItsLayersInterpolated() {
        ComplexityCounter counter = ComplexityCounter.of(LENET, LatencyTable.parse(TABLE, "table.csv"));
        assertThat(counter.original().milliseconds()).isCloseTo(0.6 + 3.1 + 5 + 2 + 1, offset(1e-12));
        Complexity pruned = counter.count(new int[] {3, 5, 20, 7});
        double conv2 = 0.9 + 0.1 * 3 + 0.1 * 5;
        assertThat(pruned.milliseconds()).isCloseTo(0.3 + conv2 + 5 + 2 + 1, offset(1e-12));
        assertThat(pruned.latencyKept(counter.original())).isCloseTo(pruned.milliseconds() / 11.7, offset(1e-12));
    }

    @Test
    void withoutATableNothingIsPredicted() {
        Complexity original = ComplexityCounter.of(LENET).original();
        assertThat(original.milliseconds()).isZero();
        assertThat(original.latencyKept(original)).isEqualTo(1);
    }

    @Test
    void isReadAsItIsWritten() {
        LatencyTable table = LatencyTable.parse(TABLE, "table.csv");
        assertThat(LatencyTable.parse(table.toString(), "again")).hasToString(table.toString());
        assertThat(table.toString()).contains("conv2,6,1,1.6\n").doesNotContain("#");
    }

    @Test
    void refusesWhatIsNoTable() {
        rejected("conv1,1,1", "'table.csv' line 1 is 'conv1,1,1'; give layer,inputs,outputs,milliseconds");
        rejected("conv1,0,1,2", "with two whole numbers above 0");
        rejected("conv1,1,1,0", "'table.csv' line 1 has 0 milliseconds; it must be a number above 0");
        rejected("conv1,1,1,NaN", "has NaN milliseconds");
        rejected(
                "conv2,1,1,1\nconv2,1,2,1\nconv2,3,1,1\n",
                "'table.csv' layer 'conv2' has gaps at 3 inputs; give a latency for every pair of [1, 3] inputs and [1, 2] outputs");
        LatencyTable other = LatencyTable.parse("conv1,1,1,1", "table.csv");
        assertThatThrownBy(() -> ComplexityCounter.of(LENET, other))
                .hasMessage("the latency table has no layer 'conv2'; "
                        + "measure the table for this network with 'latency-table'");
    }

    private static void rejected(String text, String message) {
        assertThatThrownBy(() -> LatencyTable.parse(text, "table.csv"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
