package espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.cost.Complexity;
import espalier.cost.ComplexityCounter;
import espalier.cost.LatencyTable;
import espalier.dl4j.ChainNetworks;
import espalier.dl4j.GraphReader;
import espalier.dl4j.MobileNetworks;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Test;

class LayerLatenciesTest {
    private static final LatencySettings QUICK = new LatencySettings(1, 1, 0, 2);
    private static final TensorShape INPUT = new TensorShape(1, 16, 16);

    @Test
    void measuresEveryLayerAtAGridThatATableReads() {
        ComputationGraphConfiguration configuration = ChainNetworks.leNet(8, INPUT, 10, 1);
        NetworkGraph network = GraphReader.read(configuration, INPUT, name -> false);
        String text = new LayerLatencies(configuration, network, QUICK).measure();
        assertThat(text)
                .startsWith("""
                        # milliseconds in ONNX Runtime, batch 1, threads 1, median of 2 runs
                        layer,inputs,outputs,milliseconds
                        """)
                .contains("\nconv1,1,1,", "\nconv1,1,8,", "\nconv2,8,21,", "\nclassifier,112,10,")
                .doesNotContain("\nclassifier,112,5,");
        Complexity cost =
                ComplexityCounter.of(network, LatencyTable.parse(text, "table")).original();
        assertThat(cost.milliseconds()).isPositive();
    }

    @Test
    void aDepthwiseConvolutionHasOneInput() {
        ComputationGraphConfiguration configuration = MobileNetworks.v1(4, INPUT, 10, 1);
        NetworkGraph network = GraphReader.read(configuration, INPUT, name -> false);
        LatencyTable table = LatencyTable.parse(new LayerLatencies(configuration, network, QUICK).measure(), "table");
        assertThat(table.toString()).contains("\nblock2-depthwise,1,8,").doesNotContain("block2-depthwise,8,8,");
        assertThat(ComplexityCounter.of(network, table).original().milliseconds())
                .isPositive();
    }
}
