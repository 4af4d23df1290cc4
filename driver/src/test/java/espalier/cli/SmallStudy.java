package espalier.cli;

import espalier.config.StudyConfigReader;
import espalier.config.StudyConfigWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A study named {@code small} of a small network on images that the program makes, for tests that run the program. */
final class SmallStudy {
    private static final String YAML = """
            study: small
            seed: 3
            data:
              format: synthetic
              path: %s
              synthetic: {size: 12, classes: 3, train-images: 240, test-images: 60, noise: 0.05}
            network: {architecture: resnet-cifar, depth: 8, width: 4}
            space: {flops: 0.5, tolerance: 0.06}
            search: {rounds: 1, trials-per-round: 12}
            training:
              batch-size: 16
              recalibration-batches: 4
              base: {epochs: 1, seeds: 1}
              fine-tune: {epochs: 1, learning-rate: 0.05}
              retrain: {epochs: 1, candidates: 1, seeds: 1}
            """;

    private SmallStudy() {}

    /**
     * Writes {@code small.yaml} into a folder, where the images will be too.
     *
     * @param values other values, each {@code key.path=value}
     */
    static Path write(Path folder, String... values) throws IOException {
        Map<String, String> changes = Arrays.stream(values)
                .map(value -> value.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        String yaml = YAML.formatted(folder.resolve("images"));
        String text = StudyConfigWriter.write(StudyConfigReader.read(yaml, "small", changes), List.of());
        return Files.writeString(folder.resolve("small.yaml"), text);
    }
}
