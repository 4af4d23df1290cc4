package espalier.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import espalier.dl4j.ChainNetworks;
import espalier.dl4j.GraphReader;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.ChannelGroup;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Test;

class ComplexityCounterTest {
    private static final TensorShape CIFAR = new TensorShape(3, 32, 32);

    @Test
    void resNet50CostsWhatIsPublishedToTheUnit() {
        TensorShape input = new TensorShape(3, 224, 224);
        NetworkGraph network = read(ResidualNetworks.resNet(50, 64, input, 1000, 1), input);
        Complexity original = ComplexityCounter.of(network).original();
        assertThat(original.macs()).isEqualTo(4_089_184_256L);
        assertThat(original.parameters()).isEqualTo(25_503_912L);
        assertThat(original.flopsToParameters()).isCloseTo(160.336, offset(5e-4));
        assertThat(network.prunableGroups()).hasSize(37);
    }

    @Test
    void resNet56CostsWhatIsPublishedToTheUnit() {
        NetworkGraph network = read(ResidualNetworks.cifar(56, 16, Shortcut.A, CIFAR, 10, 1), CIFAR);
        Complexity original = ComplexityCounter.of(network).original();
        assertThat(original.macs()).isEqualTo(125_485_696L);
        assertThat(original.parameters()).isEqualTo(848_954L);
        assertThat(original.flopsToParameters()).isCloseTo(147.812, offset(5e-4));
    }

    @Test
    void originalHasAMeanComputationBudgetOfOne() {
        NetworkGraph network = read(ResidualNetworks.cifar(8, 8, Shortcut.B, CIFAR, 10, 1), CIFAR);
        Complexity original = ComplexityCounter.of(network).original();
        assertThat(original.meanComputationBudget(original)).isEqualTo(1.0);
        assertThat(original.flopsKept(original)).isEqualTo(1.0);
    }

    @Test
    void countsAPrunedLeNetAsByHand() {
        TensorShape input = new TensorShape(1, 28, 28);
        NetworkGraph network = read(ChainNetworks.leNet(6, input, 10, 1), input);
        Complexity cost = ComplexityCounter.of(network).count(new int[] {3, 5, 20, 7});
        // conv1 28x28, conv2 10x10, flatten 5x5, dense 20, dense 7, classifier 10
        assertThat(cost.macs()).isEqualTo(784L * 25 * 3 + 100L * 25 * 3 * 5 + 125L * 20 + 20L * 7 + 7L * 10);
        assertThat(cost.parameters())
                .isEqualTo((25 * 3 + 3) + (25 * 15 + 5) + (125 * 20 + 20) + (20 * 7 + 7) + (70 + 10));
        assertThat(cost.activations()).isEqualTo(784 * 3 + 100 * 5 + 20 + 7 + 10);
    }

    @Test
    void layersAddUpToTheWhole() {
        NetworkGraph network = read(ChainNetworks.vgg(11, 8, CIFAR, 10, 1), CIFAR);
        ComplexityCounter counter = ComplexityCounter.of(network);
        int[] widths = network.prunableGroups().stream()
                .mapToInt(ChannelGroup::width)
                .map(width -> width / 2 + 1)
                .toArray();
        Complexity whole = counter.count(widths);
        assertThat(counter.countByLayer(widths).values().stream()
                        .mapToLong(Complexity::macs)
                        .sum())
                .isEqualTo(whole.macs())
                .isEqualTo(counter.macs(widths));
        assertThat(counter.countByLayer(widths).values().stream()
                        .mapToLong(Complexity::parameters)
                        .sum())
                .isEqualTo(whole.parameters());
    }

    private static NetworkGraph read(ComputationGraphConfiguration configuration, TensorShape input) {
        return GraphReader.read(configuration, input, name -> false);
    }
}
