package espalier.benchmark;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import espalier.cost.ComplexityCounter;
import espalier.dl4j.ChainNetworks;
import espalier.dl4j.ConcatenatingNetworks;
import espalier.dl4j.GraphReader;
import espalier.dl4j.MobileNetworks;
import espalier.dl4j.NativeRuntime;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.LayerSpec;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import espalier.onnx.OnnxReader;
import espalier.onnx.OnnxWriter;
import espalier.prune.DistinctParameters;
import espalier.safetensors.SafetensorsFile;
import espalier.weights.WeightImport;
import espalier.weights.WeightMapping;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Every built-in family, and the published ResNet-20 and ResNet-56 where their weights are, written to ONNX, run in ONNX
 * Runtime and read back: prints a table of layers, channel groups, multiply-adds and the worst difference between
 * Deeplearning4j's logits and the others', over random images and relative to the largest logit.
 *
 * <p>Weights are read as {@link TrainedAccuracy} reads them; all other networks have random ones.
 */
public final class NetworkRoundTrips {
    private static final TensorShape SMALL = new TensorShape(3, 32, 32);
    private static final TensorShape LARGE = new TensorShape(3, 224, 224);
    private static final int IMAGES = 4;

    private NetworkRoundTrips() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException, OrtException {
        NativeRuntime.prepare(1);
        System.out.println("| network | from | input | layers | channel groups | MACs | ONNX Runtime | read back |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        builtIn("ResNet-20 (A)", ResidualNetworks.cifar(20, 16, Shortcut.A, SMALL, 10, 1), SMALL);
        builtIn("ResNet-56 (A)", ResidualNetworks.cifar(56, 16, Shortcut.A, SMALL, 10, 1), SMALL);
        builtIn("ResNet-18", ResidualNetworks.resNet(18, 64, LARGE, 1000, 1), LARGE);
        builtIn("ResNet-50", ResidualNetworks.resNet(50, 64, LARGE, 1000, 1), LARGE);
        builtIn("WRN-16-4", ResidualNetworks.wide(16, 64, SMALL, 10, 1), SMALL);
        builtIn("VGG-16", ChainNetworks.vgg(16, 64, SMALL, 10, 1), SMALL);
        builtIn("LeNet-5", ChainNetworks.leNet(6, SMALL, 10, 1), SMALL);
        builtIn("MobileNet", MobileNetworks.v1(32, LARGE, 1000, 1), LARGE);
        builtIn("MobileNetV2", MobileNetworks.v2(32, LARGE, 1000, 1), LARGE);
        builtIn("DenseNet-40-12", ConcatenatingNetworks.denseNet(40, 12, SMALL, 10, 1), SMALL);
        builtIn("Inception", ConcatenatingNetworks.inception(16, SMALL, 10, 1), SMALL);
        trained(20);
        trained(56);
    }

    private static void builtIn(String name, ComputationGraphConfiguration configuration, TensorShape input)
            throws OrtException {
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        DistinctParameters.draw(graph, 1);
        row(name, "built in", graph, input);
    }

    private static void trained(int depth) throws IOException, OrtException {
        Path data = Path.of(System.getenv().getOrDefault("ESPALIER_DATA", "../data"));
        Path weights = data.resolve("resnet-cifar10-weights/resnet" + depth + ".safetensors");
        if (!Files.exists(weights)) {
            return;
        }
        ComputationGraph graph = new ComputationGraph(ResidualNetworks.cifar(depth, 16, Shortcut.A, SMALL, 10, 1));
        graph.init();
        String name = weights.toString();
        WeightImport.load(
                name,
                SafetensorsFile.read(name, Files.readAllBytes(weights)),
                WeightMapping.ofResidualNetworks(),
                graph);
        row("ResNet-" + depth + ", trained", "safetensors", graph, SMALL);
    }

    private static void row(String name, String source, ComputationGraph graph, TensorShape input) throws OrtException {
        INDArray images = DistinctParameters.uniform(
                new SplittableRandom(1), IMAGES, input.channels(), input.height(), input.width());
        byte[] onnx = OnnxWriter.write(graph, input);
        INDArray expected = logits(graph, images);
        double outside = difference(expected, run(onnx, images));
        double back = difference(expected, logits(OnnxReader.read(onnx, name).graph(), images));
        NetworkGraph network = GraphReader.read(graph.getConfiguration(), input, layer -> false);
        long layers = network.nodes().stream()
                .filter(node -> !(node.spec() instanceof LayerSpec.Input))
                .count();
        System.out.printf(
                "| %s | %s | %s | %d | %d | %,d | %.1e | %.1e |%n",
                name,
                source,
                input,
                layers,
                network.prunableGroups().size(),
                ComplexityCounter.of(network).original().macs(),
                outside,
                back);
    }

    private static INDArray run(byte[] onnx, INDArray images) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        FloatBuffer values = FloatBuffer.wrap(images.dup('c').data().asFloat());
        try (OrtSession session = environment.createSession(onnx);
                OnnxTensor tensor = OnnxTensor.createTensor(environment, values, images.shape());
                OrtSession.Result result =
                        session.run(Map.of(session.getInputNames().iterator().next(), tensor))) {
            OnnxTensor output = (OnnxTensor) result.get(OnnxWriter.LOGITS).orElseThrow();
            float[] copied = new float[output.getFloatBuffer().remaining()];
            output.getFloatBuffer().get(copied);
            return Nd4j.create(copied, output.getInfo().getShape(), 'c');
        }
    }

    /** What the last layer gives before its softmax. */
    private static INDArray logits(ComputationGraph graph, INDArray images) {
        ComputationGraph bare = graph.clone();
        BaseLayer last = (BaseLayer) bare.getOutputLayer(0).conf().getLayer();
        last.setActivationFn(new ActivationIdentity());
        return bare.outputSingle(images);
    }

    /** Largest difference, over the largest logit where that is above 1. */
    private static double difference(INDArray expected, INDArray actual) {
        double scale = Math.max(1, expected.amaxNumber().doubleValue());
        return actual.sub(expected).amaxNumber().doubleValue() / scale;
    }
}
