package espalier.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The original network. */
public record NetworkConfig(
        @Key(doc = "family of the network; file for a network of your own")
        Architecture architecture,

        @Key(
                doc =
                        "number of layers: 6n + 2 for resnet-cifar, 18 to 152 for resnet, 11 to 19 for vgg-bn; see docs/networks.md",
                allowed = "[8, 1202]",
                onlyFor = "architecture: resnet-cifar, resnet, wide-resnet, vgg-bn, densenet")
        int depth,

        @Key(
                doc =
                        "channels of the first layers, growth for densenet; later ones have multiples of it. See docs/networks.md",
                allowed = "[1, 1024]",
                defaultsTo = "16",
                onlyFor = BUILT_IN)
        int width,

        @Key(
                doc =
                        "shortcut where the shape changes: a without weights (subsampling and zero padding), b a 1x1 convolution",
                defaultsTo = "b",
                onlyFor = "architecture: resnet-cifar")
        Shortcut shortcut,

        @Key(
                doc =
                        "network of your own: a Deeplearning4j zip (graph or chain of layers), ONNX (.onnx) or Keras (.h5, .hdf5)",
                onlyFor = "architecture: file")
        String file,

        @Key(
                doc =
                        "safetensors file of trained weights, which training.base.epochs 0 leaves as they are; empty for none",
                defaultsTo = "''",
                onlyFor = BUILT_IN)
        String weights,

        @Key(
                doc =
                        "JSON file that says which tensor is which parameter; empty for the one that is built in for resnet-cifar",
                defaultsTo = "''",
                onlyFor = BUILT_IN)
        String mapping,

        @Key(doc = "channel groups that must keep all of their channels, by names with * and ?", defaultsTo = "[]")
        List<String> freeze) {

    @SuppressWarnings("UnusedVariable") // read by annotations
    private static final String BUILT_IN =
            "architecture: resnet-cifar, resnet, wide-resnet, vgg-bn, mobilenet-v1, mobilenet-v2, densenet, inception, lenet";

    private static final Section KEYS = Section.of(NetworkConfig.class);
    private static final Set<Integer> RESNET_DEPTHS = Set.of(18, 34, 50, 101, 152);
    private static final Set<Integer> VGG_DEPTHS = Set.of(11, 13, 16, 19);

    /** Families of networks. */
    public enum Architecture {
        RESNET_CIFAR,
        RESNET,
        WIDE_RESNET,
        VGG_BN,
        MOBILENET_V1,
        MOBILENET_V2,
        DENSENET,
        INCEPTION,
        LENET,
        FILE
    }

    /** What a residual network does where the shape changes. */
    public enum Shortcut {
        /** Subsampling and zero padding, without weights. */
        A,
        /** A strided 1x1 convolution. */
        B
    }

    /** @throws IllegalArgumentException if a value is out of range, or contradicts another */
    public NetworkConfig {
        freeze = List.copyOf(freeze);
        KEYS.check(architecture, depth, width, shortcut, file, weights, mapping, freeze);
        switch (architecture) {
            case RESNET_CIFAR -> checkDepth(architecture, depth, depth % 6 == 2, "6n + 2 (8, 14, 20, ...)");
            case RESNET -> checkDepth(architecture, depth, RESNET_DEPTHS.contains(depth), "18, 34, 50, 101 or 152");
            case WIDE_RESNET -> checkDepth(architecture, depth, depth % 6 == 4, "6n + 4 (10, 16, 22, ...)");
            case VGG_BN -> checkDepth(architecture, depth, VGG_DEPTHS.contains(depth), "11, 13, 16 or 19");
            case MOBILENET_V1, MOBILENET_V2, DENSENET, INCEPTION, LENET, FILE -> {}
        }
        if (weights.isEmpty() && !mapping.isEmpty()) {
            throw new InvalidKeyException("mapping", "is " + mapping + ", must be left out without weights");
        }
        if (!weights.isEmpty() && mapping.isEmpty() && architecture != Architecture.RESNET_CIFAR) {
            throw new InvalidKeyException(
                    "mapping", "is missing, must be a file: only resnet-cifar has one that is built in");
        }
    }

    /** Returns whether the network comes with weights of its own. */
    public boolean hasWeights() {
        return architecture == Architecture.FILE || !weights.isEmpty();
    }

    private static void checkDepth(Architecture architecture, int depth, boolean allowed, String depths) {
        if (!allowed) {
            String name = architecture.name().toLowerCase(Locale.ROOT).replace('_', '-');
            throw new InvalidKeyException(
                    "depth", "is %d, must be %s for architecture %s".formatted(depth, depths, name));
        }
    }
}
