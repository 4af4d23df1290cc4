package espalier.benchmark;

import espalier.data.BatchSampler;
import espalier.data.Cifar10;
import espalier.data.FileSource;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.dl4j.FastLayers;
import espalier.dl4j.NativeRuntime;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.TensorShape;
import espalier.safetensors.SafetensorsFile;
import espalier.train.Evaluator;
import espalier.weights.WeightImport;
import espalier.weights.WeightMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * How many of the 10,000 test images of CIFAR-10 the published ResNet-20 and ResNet-56 of Y. Idelbayev (Proper ResNet
 * Implementation for CIFAR10/CIFAR100 in PyTorch) classify when their weights are read here. Their author counts 9,173 and
 * 9,339. Takes four minutes.
 *
 * <p>Reads {@code cifar10/test_batch.bin} (and {@code data_batch_1.bin}; also {@code .gz} or {@code .xz}) and
 * {@code resnet-cifar10-weights/resnet20.safetensors} below the folder that the environment variable ESPALIER_DATA names, or
 * {@code data}.
 */
public final class TrainedAccuracy {
    private static final TensorShape SHAPE = new TensorShape(3, 32, 32);
    private static final int CLASSES = 10;
    private static final int BATCH = 200;
    private static final Normalization NORMALIZATION =
            new Normalization(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

    private TrainedAccuracy() {}

    /** Prints the number of images for each network. */
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(System.getenv().getOrDefault("ESPALIER_DATA", "../data"));
        NativeRuntime.prepare(1);
        ImageSet test = Cifar10.readFolder(
                        FileSource.local(), data.resolve("cifar10").toString(), 1)
                .test();
        for (int depth : new int[] {20, 56}) {
            Path weights = data.resolve("resnet-cifar10-weights/resnet" + depth + ".safetensors");
            System.out.printf(
                    "ResNet-%d: %,d of %,d test images%n", depth, correct(depth, weights, test), test.count());
        }
    }

    private static long correct(int depth, Path weights, ImageSet test) throws IOException {
        ComputationGraph graph = new ComputationGraph(ResidualNetworks.cifar(depth, 16, Shortcut.A, SHAPE, CLASSES, 1));
        graph.init();
        String name = weights.toString();
        WeightImport.load(
                name,
                SafetensorsFile.read(name, Files.readAllBytes(weights)),
                WeightMapping.ofResidualNetworks(),
                graph);
        FastLayers.install(graph);
        double accuracy = Evaluator.accuracy(graph, BatchSampler.of(test, NORMALIZATION, BATCH), SHAPE, CLASSES);
        return Math.round(accuracy / 100 * test.count());
    }
}
