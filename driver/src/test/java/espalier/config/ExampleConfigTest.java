package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configurations that the repository ships. */
class ExampleConfigTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "quickstart",
                "rgp-quick",
                "fashion-mnist",
                "cifar10-resnet20",
                "cifar10-resnet56",
                "cifar10-own-base"
            })
    void isValidAndSurvivesRewriting(String study) {
        StudyConfig config = StudyConfigReader.read(CommittedFile.path("conf/" + study + ".yaml"));

        assertThat(config.study()).isEqualTo(study);
        assertThat(StudyConfigReader.read(StudyConfigWriter.write(config, List.of()), study, Map.of()))
                .isEqualTo(config);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quickstart",
                "rgp-quick",
                "fashion-mnist",
                "cifar10-resnet20",
                "cifar10-resnet56",
                "cifar10-own-base"
            })
    void beginsWithTheLineThatEditorsLookFor(String study) {
        assertThat(CommittedFile.text("conf/" + study + ".yaml")).startsWith(StudyConfigWriter.SCHEMA_LINE);
    }
}
