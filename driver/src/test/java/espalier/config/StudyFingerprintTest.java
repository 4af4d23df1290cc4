package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyFingerprintTest {
    private static final StudyConfig CONFIG = with(Map.of());

    @Test
    void isTheSha256OfTheCanonicalForm() throws NoSuchAlgorithmException {
        byte[] canonical = StudyFingerprint.canonical(CONFIG).getBytes(StandardCharsets.UTF_8);

        assertThat(StudyFingerprint.of(CONFIG))
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(canonical)));
    }

    @Test
    void sortsTheKeysThatApply() {
        List<String> lines = StudyFingerprint.canonical(CONFIG).lines().toList();

        assertThat(lines.stream().map(line -> line.substring(0, line.indexOf(':'))))
                .isSorted();
        assertThat(lines)
                .contains("seed: 1", "space.mcb: [0.0, .inf]", "training.fine-tune.learning-rate: 0.05")
                .noneMatch(line -> line.startsWith("network.file") || line.startsWith("training.base.milestones"));
    }

    @ParameterizedTest
    @CsvSource({"output, elsewhere", "study, renamed", "parent, fashion/round-1"})
    void ignoresNamesAndPlacesOfOutput(String key, String value) {
        StudyConfig changed = with(Map.of(key, value));

        assertThat(changed).isNotEqualTo(CONFIG);
        assertThat(StudyFingerprint.of(changed)).isEqualTo(StudyFingerprint.of(CONFIG));
        assertThat(StudyFingerprint.differences(CONFIG, changed)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "seed; 2; seed: 1 -> 2",
                "space.mcb; [0.9, 1.1]; space.mcb: [0.0, .inf] -> [0.9, 1.1]",
                "space.groups; {stem: [0.5, 1]}; space.groups.stem: (none) -> [0.5, 1.0]",
                "training.threads; 2; training.threads: 1 -> 2",
                "training.device; gpu; training.device: cpu -> gpu",
                "importance; l2; importance: l1 -> l2",
                "data.synthetic.noise; 0.5; data.synthetic.noise: 0.25 -> 0.5",
            })
    void tellsWhatDiffers(String key, String value, String difference) {
        StudyConfig changed = with(Map.of(key, value));

        assertThat(StudyFingerprint.of(changed)).isNotEqualTo(StudyFingerprint.of(CONFIG));
        assertThat(StudyFingerprint.differences(CONFIG, changed)).containsExactly(difference);
    }

    @Test
    void tellsKeysThatApplyToOneAlone() {
        StudyConfig lenet = with(Map.of("network.architecture", "lenet", "network.depth", ""));

        assertThat(StudyFingerprint.differences(CONFIG, lenet))
                .containsExactly(
                        "network.architecture: resnet-cifar -> lenet",
                        "network.depth: 8 -> (none)",
                        "network.shortcut: b -> (none)");
    }

    @Test
    void doesNotDependOnHowTheFileWasWritten() {
        String shuffled = """
                space: {flops: 5e-1, mcb: [0, .inf]}   # half
                network: {depth: 8, architecture: resnet-cifar}
                data: {format: "synthetic"}
                study: fashion
                """;

        assertThat(StudyFingerprint.of(StudyConfigReader.read(shuffled, "x.yaml", Map.of())))
                .isEqualTo(StudyFingerprint.of(CONFIG));
    }

    @Test
    void differsExactlyWhereSomethingDiffers() {
        RandomConfigs configs = new RandomConfigs(2);
        StudyConfig before = configs.next();
        for (int i = 0; i < 50; i++) {
            StudyConfig after = configs.next();
            assertThat(StudyFingerprint.differences(before, after).isEmpty())
                    .isEqualTo(StudyFingerprint.of(before).equals(StudyFingerprint.of(after)));
            assertThat(StudyFingerprint.differences(after, after)).isEmpty();
            before = after;
        }
    }

    private static StudyConfig with(Map<String, String> overrides) {
        return StudyConfigReader.read(StudyConfigReaderTest.VALID, "x.yaml", overrides);
    }
}
