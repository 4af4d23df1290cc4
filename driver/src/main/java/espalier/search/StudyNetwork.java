package espalier.search;

import espalier.config.NetworkConfig;
import espalier.config.StudyConfig;
import espalier.data.FileSource;
import espalier.data.Fingerprint;
import espalier.dl4j.ChainNetworks;
import espalier.dl4j.ConcatenatingNetworks;
import espalier.dl4j.GraphReader;
import espalier.dl4j.MobileNetworks;
import espalier.dl4j.NetworkFiles;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.importance.BatchNormScaleImportance;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import espalier.task.ImportanceCriterion;
import espalier.task.NetworkAsset;
import espalier.task.Workbench;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * The original network that a configuration names.
 *
 * @param config the study's
 * @param graph nodes and channel groups
 * @param configuration Deeplearning4j's JSON
 * @param given its weights, where the study brings them along
 * @param input shape of one image
 * @param classes number of classes
 */
public record StudyNetwork(
        StudyConfig config,
        NetworkGraph graph,
        String configuration,
        Optional<GivenWeights> given,
        TensorShape input,
        int classes) {

    /**
     * Builds a network of a family, or reads one from its file.
     *
     * @param source where files are opened
     * @throws IllegalArgumentException if the network does not fit the images, or a file is not what it should be
     */
    public static StudyNetwork load(StudyConfig config, TensorShape input, int classes, FileSource source) {
        NetworkConfig network = config.network();
        if (network.architecture() == NetworkConfig.Architecture.FILE) {
            return ofFile(config, network.file(), input, classes, source);
        }
        ComputationGraphConfiguration configuration = build(config, input, classes);
        return of(
                config,
                configuration,
                network.hasWeights()
                        ? Optional.of(GivenWeights.ofTensors(network, configuration, source))
                        : Optional.empty(),
                input,
                classes);
    }

    /**
     * Reads a network from a file of any format that is known.
     *
     * @throws IllegalArgumentException if it is no network, or does not fit the images
     */
    static StudyNetwork ofFile(StudyConfig config, String path, TensorShape input, int classes, FileSource source) {
        GivenWeights file = GivenWeights.ofFile(path, input, source);
        return of(config, NetworkFiles.read(file.zip(), path).getConfiguration(), Optional.of(file), input, classes);
    }

    private static StudyNetwork of(
            StudyConfig config,
            ComputationGraphConfiguration configuration,
            Optional<GivenWeights> given,
            TensorShape input,
            int classes) {
        NetworkGraph graph = GraphReader.read(
                configuration, input, Workbench.matcher(config.network().freeze()));
        checkClasses(config, graph, classes);
        if (config.importance() == StudyConfig.Importance.BATCH_NORM_SCALE) {
            BatchNormScaleImportance.requireOn(graph);
        }
        return new StudyNetwork(config, graph, configuration.toJson(), given, input, classes);
    }

    /** The untrained network, as trials of the original start from it. */
    public NetworkAsset untrained() {
        return asset(new byte[0]);
    }

    /** The trained network, as trials of subnetworks start from it. */
    public NetworkAsset trained(byte[] zip) {
        return asset(zip);
    }

    /** Identity of the structure: what recipe ids are relative to. */
    public String fingerprint() {
        StringBuilder text = new StringBuilder();
        graph.nodes().forEach(node -> text.append(node).append('\n'));
        return Fingerprint.of(text.toString());
    }

    private NetworkAsset asset(byte[] zip) {
        List<String> frozen = config.network().freeze();
        ImportanceCriterion importance =
                ImportanceCriterion.valueOf(config.importance().name());
        long importanceSeed = Seeds.of(config.seed(), "importance");
        String id = Fingerprint.of(String.join(
                "\n",
                configuration,
                Fingerprint.of(zip),
                input.toString(),
                frozen.toString(),
                importance.name(),
                Long.toString(importanceSeed)));
        return new NetworkAsset(id, configuration, zip, input, classes, frozen, importance, importanceSeed);
    }

    private static ComputationGraphConfiguration build(StudyConfig config, TensorShape input, int classes) {
        NetworkConfig network = config.network();
        long seed = config.seed();
        return switch (network.architecture()) {
            case RESNET_CIFAR ->
                ResidualNetworks.cifar(
                        network.depth(),
                        network.width(),
                        Shortcut.valueOf(network.shortcut().name()),
                        input,
                        classes,
                        seed);
            case RESNET -> ResidualNetworks.resNet(network.depth(), network.width(), input, classes, seed);
            case WIDE_RESNET -> ResidualNetworks.wide(network.depth(), network.width(), input, classes, seed);
            case MOBILENET_V1 -> MobileNetworks.v1(network.width(), input, classes, seed);
            case MOBILENET_V2 -> MobileNetworks.v2(network.width(), input, classes, seed);
            case DENSENET -> ConcatenatingNetworks.denseNet(network.depth(), network.width(), input, classes, seed);
            case INCEPTION -> ConcatenatingNetworks.inception(network.width(), input, classes, seed);
            case VGG_BN -> ChainNetworks.vgg(network.depth(), network.width(), input, classes, seed);
            case LENET -> ChainNetworks.leNet(network.width(), input, classes, seed);
            case FILE -> throw new IllegalStateException("a network file is read, not built");
        };
    }

    private static void checkClasses(StudyConfig config, NetworkGraph graph, int classes) {
        int outputs = graph.outputs().stream()
                .mapToInt(name -> graph.node(name).output().channels())
                .sum();
        if (outputs != classes) {
            throw new StudyException("network " + config.network().architecture() + " has " + outputs
                    + " outputs, the images have " + classes + " classes; give a network that fits");
        }
    }
}
