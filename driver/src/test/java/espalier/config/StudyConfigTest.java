package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StudyConfigTest {
    private static final StudyConfig CONFIG = StudyConfigReader.read(StudyConfigReaderTest.VALID, "x.yaml", Map.of());

    @Test
    void keepsSyntheticImagesBelowTheStudyUnlessAPathIsGiven() {
        StudyConfig elsewhere =
                StudyConfigReader.read(StudyConfigReaderTest.VALID, "x.yaml", Map.of("data.path", "shared/images"));

        assertThat(CONFIG.folder()).isEqualTo("results/fashion");
        assertThat(CONFIG.dataFolder()).isEqualTo("results/fashion/data");
        assertThat(elsewhere.dataFolder()).isEqualTo("shared/images");
    }

    @Test
    void takesARefinedSpace() {
        SpaceConfig refined = CONFIG.space().with(new Band(0.9, 1.1), new Band(0, 0.1));

        StudyConfig changed = CONFIG.refined("fashion-r1", "fashion/round-1", refined);

        assertThat(changed.study()).isEqualTo("fashion-r1");
        assertThat(changed.space())
                .isEqualTo(new SpaceConfig(
                        SpaceConfig.Method.CHANNELS,
                        0.5,
                        0.01,
                        0.95,
                        1,
                        1,
                        Band.ANY,
                        new Band(0.9, 1.1),
                        new Band(0, 0.1),
                        Band.ANY,
                        "",
                        Map.of(),
                        GraphConfig.STANDARD));
        assertThat(changed.parent()).isEqualTo("fashion/round-1");
        assertThat(changed.refined(CONFIG.study(), "", CONFIG.space())).isEqualTo(CONFIG);
    }

    @Test
    void rungsGrowByEtaUpToTheEpochsOfAWholeTrial() {
        assertThat(rungs(3, 1, true, 9)).containsExactly(0, 1, 3, 9);
        assertThat(rungs(3, 1, false, 10)).containsExactly(1, 3, 10);
        assertThat(rungs(3, 1, true, 20)).containsExactly(0, 1, 3, 9, 20);
        assertThat(rungs(100, 1, true, 9)).containsExactly(0, 1, 9);
        assertThat(rungs(4, 2, false, 5)).containsExactly(2, 5);
        assertThat(rungs(3, 5, true, 5)).containsExactly(0, 5);
        assertThat(rungs(1.4, 1, false, 6)).containsExactly(1, 2, 3, 4, 6);
    }

    private static List<Integer> rungs(double eta, int first, boolean untrained, int epochs) {
        return new StoppingConfig(StoppingConfig.Rule.HALVING, eta, 5, first, untrained, 0.5).rungs(epochs);
    }

    @Test
    void copiesLists() {
        List<String> freeze = new ArrayList<>(List.of("stem"));
        NetworkConfig network = new NetworkConfig(
                NetworkConfig.Architecture.RESNET_CIFAR, 8, 16, NetworkConfig.Shortcut.A, "", "", "", freeze);

        freeze.clear();

        assertThat(network.freeze()).containsExactly("stem");
        assertThatThrownBy(() -> CONFIG.space().groups().put("stem", Band.ANY))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
