package espalier.config;

import java.util.List;
import java.util.Set;

/** The original network. */
public record NetworkConfig(
        @Key(doc = "family of the network; file for a network of your own")
        Architecture architecture,

        @Key(
                doc = "number of layers: 8, 14, 20, ... (6n + 2) for resnet-cifar; 11, 13, 16 or 19 for vgg-bn",
                allowed = "[8, 1202]",
                onlyFor = "architecture: resnet-cifar, vgg-bn")
        int depth,

        @Key(
                doc = "channels of the first layers; later ones have multiples of it",
                allowed = "[1, 1024]",
                defaultsTo = "16",
                onlyFor = "architecture: resnet-cifar, vgg-bn, lenet")
        int width,

        @Key(
                doc =
                        "shortcut where the shape changes: a without weights (subsampling and zero padding), b a 1x1 convolution",
                defaultsTo = "b",
                onlyFor = "architecture: resnet-cifar")
        Shortcut shortcut,

        @Key(doc = "zip file of a Deeplearning4j ComputationGraph", onlyFor = "architecture: file")
        String file,

        @Key(
                doc =
                        "safetensors file of trained weights, which training.base.epochs 0 leaves as they are; empty for none",
                defaultsTo = "''",
                onlyFor = "architecture: resnet-cifar, vgg-bn, lenet")
        String weights,

        @Key(
                doc =
                        "JSON file that says which tensor is which parameter; empty for the one that is built in for resnet-cifar",
                defaultsTo = "''",
                onlyFor = "architecture: resnet-cifar, vgg-bn, lenet")
        String mapping,

        @Key(doc = "channel groups that must keep all of their channels, by names with * and ?", defaultsTo = "[]")
        List<String> freeze) {

    private static final Section KEYS = Section.of(NetworkConfig.class);
    private static final Set<Integer> VGG_DEPTHS = Set.of(11, 13, 16, 19);

    /** Families of networks. */
    public enum Architecture {
        RESNET_CIFAR,
        VGG_BN,
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
        if (architecture == Architecture.RESNET_CIFAR && depth % 6 != 2) {
            throw new InvalidKeyException(
                    "depth", "is %d, must be 6n + 2 (8, 14, 20, ...) for architecture resnet-cifar".formatted(depth));
        }
        if (architecture == Architecture.VGG_BN && !VGG_DEPTHS.contains(depth)) {
            throw new InvalidKeyException(
                    "depth", "is %d, must be 11, 13, 16 or 19 for architecture vgg-bn".formatted(depth));
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
}
