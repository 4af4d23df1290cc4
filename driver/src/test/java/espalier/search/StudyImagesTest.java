package espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import espalier.config.StudyConfig;
import espalier.config.StudyConfigReader;
import espalier.data.FileSource;
import espalier.data.Fingerprint;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.task.ImageAsset;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyImagesTest {
    private static final String YAML = """
            study: images
            data: {format: synthetic, synthetic: {size: 12, classes: 4, train-images: 80, test-images: 40}}
            network: {architecture: resnet-cifar, depth: 8}
            space: {flops: 0.5}
            """;

    private final Path output;

    StudyImagesTest(@TempDir Path output) {
        this.output = output;
    }

    @Test
    void setsAShareOfTheTrainingImagesAside() {
        ImageAsset images = load(Map.of("data.validation-share", "0.25"));

        assertThat(images.training().classCounts()).containsOnly(15);
        assertThat(images.validation().classCounts()).containsOnly(5);
        assertThat(images.test().count()).isEqualTo(40);
        assertThat(pixels(images.training())).doesNotContainAnyElementsOf(pixels(images.validation()));
    }

    @Test
    void keepsNoSyntheticImagesOnForeignFileSystems() {
        ImageAsset here = load(Map.of());
        ImageAsset elsewhere = load(Map.of("data.path", "hdfs://names:8020/data"));

        assertThat(Fingerprint.of(elsewhere.training())).isEqualTo(Fingerprint.of(here.training()));
        assertThat(Fingerprint.of(elsewhere.test())).isEqualTo(Fingerprint.of(here.test()));
        assertThat(Path.of("hdfs:")).doesNotExist();
    }

    @Test
    void choosesOnOneHalfOfTheTestImagesAndReportsOnTheOther() {
        ImageAsset share = load(Map.of());
        ImageAsset half = load(Map.of("data.selection", "test-half"));

        assertThat(half.training().count()).isEqualTo(80);
        assertThat(half.validation().classCounts()).containsOnly(5);
        assertThat(half.test().classCounts()).containsOnly(5);
        Set<ByteBuffer> both = pixels(half.validation());
        both.addAll(pixels(half.test()));
        assertThat(both).isEqualTo(pixels(share.test()));
    }

    @Test
    void theHalvesFollowFromTheRootSeedAlone() {
        ImageAsset first = load(Map.of("data.selection", "test-half"));

        assertThat(load(Map.of("data.selection", "test-half", "study", "other")).test())
                .isEqualTo(first.test());
        assertThat(load(Map.of("data.selection", "test-half", "seed", "2")).test())
                .isNotEqualTo(first.test());
    }

    @Test
    void measuresMeanAndDeviationOnTheTrainingImagesAlone() {
        ImageAsset images = load(Map.of("data.validation-share", "0.25"));

        assertThat(images.normalization()).isEqualTo(Normalization.of(images.training()));
        assertThat(images.normalization()).isNotEqualTo(Normalization.of(images.validation()));
    }

    @Test
    void takesMeanAndDeviationThatAreGiven() {
        ImageAsset images =
                load(Map.of("data.normalization.means", "[0.4]", "data.normalization.standard-deviations", "[0.2]"));

        assertThat(images.normalization()).isEqualTo(new Normalization(List.of(0.4), List.of(0.2)));
        assertThat(images.normalization().tables()[0][255]).isCloseTo(3f, within(1e-6f));
    }

    @Test
    void refusesMeansForOtherChannels() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> load(Map.of(
                        "data.normalization.means",
                        "[0.4, 0.4]",
                        "data.normalization.standard-deviations",
                        "[0.2, 0.2]")))
                .withMessage("normalization has 2 channels, the images have 1; give one mean for each channel");
    }

    private ImageAsset load(Map<String, String> settings) {
        String yaml = YAML.replace("synthetic,", "synthetic, path: \"%s\",".formatted(output));
        StudyConfig config = StudyConfigReader.read(yaml, "x.yaml", settings);
        return StudyImages.load(config, FileSource.local());
    }

    private static Set<ByteBuffer> pixels(ImageSet images) {
        return IntStream.range(0, images.count())
                .mapToObj(i -> ByteBuffer.wrap(images.pixels(), i * images.imageSize(), images.imageSize()))
                .collect(Collectors.toSet());
    }
}
