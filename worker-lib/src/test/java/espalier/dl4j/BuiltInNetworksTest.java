package espalier.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.cost.Complexity;
import espalier.cost.ComplexityCounter;
import espalier.network.LayerSpec;
import espalier.network.NetworkGraph;
import espalier.network.NetworkNode;
import espalier.network.TensorShape;
import espalier.prune.RandomPruning;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Costs are those of torchvision's networks, the parameters with scale and shift of batch normalization as it counts them;
 * the wide network's multiply-adds are by hand.
 */
class BuiltInNetworksTest {
    private static final TensorShape LARGE = new TensorShape(3, 224, 224);
    private static final TensorShape SMALL = new TensorShape(3, 32, 32);

    record Golden(String name, ComputationGraphConfiguration network, TensorShape input, long macs, long parameters) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** VGG-16's convolutions have no bias here, and 4,224 there. */
    static Stream<Golden> goldens() {
        return Stream.of(
                new Golden(
                        "ResNet-18",
                        ResidualNetworks.resNet(18, 64, LARGE, 1000, 1),
                        LARGE,
                        1_814_073_344L,
                        11_689_512L),
                new Golden(
                        "ResNet-34",
                        ResidualNetworks.resNet(34, 64, LARGE, 1000, 1),
                        LARGE,
                        3_663_761_408L,
                        21_797_672L),
                new Golden(
                        "ResNet-50",
                        ResidualNetworks.resNet(50, 64, LARGE, 1000, 1),
                        LARGE,
                        4_089_184_256L,
                        25_557_032L),
                new Golden(
                        "VGG-16",
                        ChainNetworks.vgg(16, 64, LARGE, 1000, 1),
                        LARGE,
                        15_470_264_320L,
                        138_365_992L - 4_224L),
                new Golden("MobileNet", MobileNetworks.v1(32, LARGE, 1000, 1), LARGE, 568_740_352L, 4_231_976L),
                new Golden("MobileNetV2", MobileNetworks.v2(32, LARGE, 1000, 1), LARGE, 300_774_272L, 3_504_872L),
                new Golden(
                        "DenseNet-121",
                        ConcatenatingNetworks.denseNet(121, 32, LARGE, 1000, 1),
                        LARGE,
                        2_834_161_664L,
                        7_978_856L),
                new Golden(
                        "WRN-28-10", ResidualNetworks.wide(28, 160, SMALL, 10, 1), SMALL, 5_243_328_768L, 36_479_194L));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void costsWhatIsPublishedToTheUnit(Golden golden) {
        NetworkGraph network = GraphReader.read(golden.network(), golden.input(), name -> false);
        Complexity cost = ComplexityCounter.of(network).original();
        assertThat(cost.macs()).isEqualTo(golden.macs());
        assertThat(cost.parameters() + scalesAndShifts(network)).isEqualTo(golden.parameters());
    }

    static Stream<Named<ComputationGraphConfiguration>> forSmallImages() {
        return Stream.of(
                Named.of("ResNet-18", ResidualNetworks.resNet(18, 8, SMALL, 10, 1)),
                Named.of("ResNet-50", ResidualNetworks.resNet(50, 8, SMALL, 10, 1)),
                Named.of("WRN-16", ResidualNetworks.wide(16, 8, SMALL, 10, 1)),
                Named.of("MobileNet", MobileNetworks.v1(8, SMALL, 10, 1)),
                Named.of("MobileNetV2", MobileNetworks.v2(8, SMALL, 10, 1)),
                Named.of("DenseNet-22", ConcatenatingNetworks.denseNet(22, 6, SMALL, 10, 1)),
                Named.of("Inception", ConcatenatingNetworks.inception(8, SMALL, 10, 1)));
    }

    @ParameterizedTest
    @MethodSource("forSmallImages")
    void isPrunedToWhatTheMaskedOriginalComputes(ComputationGraphConfiguration configuration) {
        assertThat(RandomPruning.of(configuration, SMALL, 1).check().firstDifference())
                .isEmpty();
    }

    @Test
    void everyChannelOfTheBuiltInNetworksCanBePruned() {
        forSmallImages()
                .map(network -> GraphReader.read(network.getPayload(), SMALL, name -> false))
                .forEach(network -> assertThat(network.groups().stream()
                                .filter(group -> !group.prunable())
                                .map(group -> group.frozenBecause()))
                        .containsExactly("network input", "network output"));
    }

    @Test
    void refusesDepthsThatTheFamilyDoesNotHave() {
        assertThatThrownBy(() -> ResidualNetworks.resNet(20, 64, LARGE, 10, 1))
                .hasMessage("residual network has depth 20; it must be one of [18, 34, 50, 101, 152]");
        assertThatThrownBy(() -> ResidualNetworks.wide(20, 16, SMALL, 10, 1))
                .hasMessage("wide residual network has depth 20; it must be 6n+4: 10, 16, 22, ...");
        assertThatThrownBy(() -> ConcatenatingNetworks.denseNet(121, 12, SMALL, 10, 1))
                .hasMessage("DenseNet for images below 64 pixels has depth 121; it must be 6n+4: 22, 40, 100, ...");
        assertThatThrownBy(() -> ConcatenatingNetworks.denseNet(40, 12, LARGE, 10, 1))
                .hasMessage("DenseNet for images of 64 pixels or more has depth 40; it must be one of [121, 169, 201]");
    }

    private static long scalesAndShifts(NetworkGraph network) {
        List<NetworkNode> norms = network.nodes().stream()
                .filter(node -> node.spec() instanceof LayerSpec.BatchNormalization)
                .toList();
        return norms.stream().mapToLong(node -> 2L * node.output().channels()).sum();
    }
}
