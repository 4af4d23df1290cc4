package espalier.space;

import espalier.dl4j.ChainNetworks;
import espalier.dl4j.GraphReader;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.LayerSpec;
import espalier.network.NetworkGraph;
import espalier.network.NetworkNode;
import espalier.network.TensorShape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** The networks that the spaces are tried on; each is built once. */
final class TestNetworks {
    private static final TensorShape COLOUR = new TensorShape(3, 32, 32);
    private static final TensorShape GREY = new TensorShape(1, 28, 28);
    private static final TensorShape LARGE = new TensorShape(3, 224, 224);

    static final NetworkGraph RESNET50 = read(ResidualNetworks.resNet(50, 64, LARGE, 1000, 1), LARGE);
    /** 27 inner widths, as in the published figures. */
    static final NetworkGraph RESNET56 = innerWidths(56, 16);

    /** Three inner widths. */
    static final NetworkGraph RESNET8_INNER = innerWidths(8, 8);

    static final NetworkGraph RESNET8 = residual(8, 8, Shortcut.B);
    static final NetworkGraph RESNET8_PADDED = residual(8, 8, Shortcut.A);
    static final NetworkGraph LENET = read(ChainNetworks.leNet(6, GREY, 10, 1), GREY);

    /** Four groups of eight channels at areas 64, 16, 4 and 1: 8^4 recipes. */
    static final NetworkGraph TINY = tiny();

    private TestNetworks() {}

    /** Networks of all built-in kinds, by name. */
    static Map<String, NetworkGraph> all() {
        Map<String, NetworkGraph> networks = new LinkedHashMap<>();
        networks.put("ResNet-8", RESNET8);
        networks.put("ResNet-8 padded", RESNET8_PADDED);
        networks.put("ResNet-20 padded", residual(20, 16, Shortcut.A));
        networks.put("ResNet-20", residual(20, 16, Shortcut.B));
        networks.put("VGG-11", read(ChainNetworks.vgg(11, 64, COLOUR, 10, 1), COLOUR));
        networks.put("LeNet", LENET);
        networks.put("ResNet-50", RESNET50);
        return networks;
    }

    /** Dense layers without biases: an mCB of 1 whatever their widths. */
    static NetworkGraph dense() {
        LayerSpec dense = new LayerSpec.Dense(false);
        return NetworkGraph.of(
                List.of(
                        node("input", new LayerSpec.Input(), List.of(), 64, 1),
                        node("dense1", dense, List.of("input"), 64, 1),
                        node("dense2", dense, List.of("dense1"), 64, 1),
                        node("dense3", dense, List.of("dense2"), 64, 1),
                        node("classifier", dense, List.of("dense3"), 10, 1)),
                Set.of("classifier"),
                name -> false);
    }

    /** The residual stream is kept whole. */
    private static NetworkGraph innerWidths(int depth, int width) {
        return GraphReader.read(
                ResidualNetworks.cifar(depth, width, Shortcut.A, COLOUR, 10, 1),
                COLOUR,
                name -> name.equals("stem") || name.endsWith("-conv2"));
    }

    private static NetworkGraph residual(int depth, int width, Shortcut shortcut) {
        return read(ResidualNetworks.cifar(depth, width, shortcut, COLOUR, 10, 1), COLOUR);
    }

    private static NetworkGraph read(ComputationGraphConfiguration configuration, TensorShape input) {
        return GraphReader.read(configuration, input, name -> false);
    }

    private static NetworkGraph tiny() {
        LayerSpec convolution = new LayerSpec.Convolution(3, 3, false);
        LayerSpec pool = new LayerSpec.ChannelWise("pool");
        return NetworkGraph.of(
                List.of(
                        node("input", new LayerSpec.Input(), List.of(), 3, 8),
                        node("conv1", convolution, List.of("input"), 8, 8),
                        node("pool1", pool, List.of("conv1"), 8, 4),
                        node("conv2", convolution, List.of("pool1"), 8, 4),
                        node("pool2", pool, List.of("conv2"), 8, 2),
                        node("conv3", convolution, List.of("pool2"), 8, 2),
                        node("pool3", pool, List.of("conv3"), 8, 1),
                        node("dense", new LayerSpec.Dense(true), List.of("pool3"), 8, 1),
                        node("classifier", new LayerSpec.Dense(true), List.of("dense"), 10, 1)),
                Set.of("classifier"),
                name -> false);
    }

    private static NetworkNode node(String name, LayerSpec spec, List<String> inputs, int channels, int side) {
        return new NetworkNode(name, spec, inputs, new TensorShape(channels, side, side));
    }
}
