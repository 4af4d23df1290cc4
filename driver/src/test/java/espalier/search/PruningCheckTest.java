package espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.config.StudyConfig;
import espalier.config.StudyConfigReader;
import espalier.data.FileSource;
import espalier.network.TensorShape;
import espalier.task.ImageAsset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PruningCheckTest {
    @Test
    void comparesEveryLayerOfSubnetworksOfTheSpace() {
        PruningCheck check = PruningCheck.run(study("resnet-cifar, depth: 8, width: 8, shortcut: a"), 4);
        assertThat(check.recipes()).isEqualTo(4);
        assertThat(check.worstError()).isBetween(0.0, 1e-5);
        assertThat(check)
                .hasToString("4 subnetworks of " + check.layers()
                        + " layers equal the original with removed channels at zero; largest relative error "
                        + "%.1e".formatted(check.worstError()));
    }

    private static StudyContext study(String network) {
        String yaml = """
                study: check
                data: {format: synthetic, synthetic: {size: 16, train-images: 40, test-images: 10}}
                network: {architecture: %s}
                space: {flops: 0.5, tolerance: 0.02}
                search: {trials-per-round: 10}
                """.formatted(network);
        StudyConfig config = StudyConfigReader.read(yaml, "check.yaml", Map.of());
        ImageAsset images = StudyImages.load(config, FileSource.local());
        TensorShape input = new TensorShape(
                images.training().channels(),
                images.training().height(),
                images.training().width());
        StudyNetwork loaded = StudyNetwork.load(config, input, images.training().classes(), FileSource.local());
        return new StudyContext(config, images, loaded, Methods.of(config, loaded));
    }
}
