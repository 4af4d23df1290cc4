package espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import espalier.config.StudyConfig;
import espalier.config.StudyConfigReader;
import espalier.data.BatchSampler;
import espalier.data.FileSource;
import espalier.data.ImageSet;
import espalier.dl4j.FastLayers;
import espalier.dl4j.NativeRuntime;
import espalier.dl4j.NetworkFiles;
import espalier.network.TensorShape;
import espalier.task.ImageAsset;
import espalier.train.Evaluator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A published ResNet-20, by the configuration that the repository ships. */
class TrainedWeightsIT {
    private static final Path DATA = Path.of(System.getenv().getOrDefault("ESPALIER_DATA", "../../shared/data"));
    private static final TensorShape SHAPE = new TensorShape(3, 32, 32);
    private static final int CLASSES = 10;

    @BeforeAll
    static void prepare() {
        NativeRuntime.prepare(1);
    }

    @Test
    void classifyAsManyTestImagesAsTheirAuthorSays() {
        Path weights = DATA.resolve("resnet-cifar10-weights/resnet20.safetensors");
        Assumptions.assumeTrue(Files.isRegularFile(weights), "no trained ResNet-20 in ESPALIER_DATA");
        StudyConfig config = StudyConfigReader.read(
                Path.of("../conf/cifar10-resnet20.yaml"),
                Map.of(
                        "data.path", DATA.resolve("cifar10").toString(),
                        "network.weights", weights.toString(),
                        "data.train-images", "1000"));

        ImageAsset images = StudyImages.load(config, FileSource.local());
        StudyNetwork network = StudyNetwork.load(config, SHAPE, CLASSES, FileSource.local());

        ComputationGraph graph = NetworkFiles.read(network.given().orElseThrow().zip(), "given");
        FastLayers.install(graph);
        double correct = 0;
        for (ImageSet half : List.of(images.validation(), images.test())) {
            BatchSampler sampler = BatchSampler.of(half, images.normalization(), 200);
            correct += half.count() * Evaluator.accuracy(graph, sampler, SHAPE, CLASSES) / 100;
        }
        assertThat(correct).isCloseTo(9173, within(2.0));
    }
}
