package espalier.dl4j;

import espalier.network.TensorShape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * Residual networks (He et al., arXiv 1512.03385): the CIFAR family of section 4.2, the networks of table 1 with
 * the stride on the 3x3 convolution, as most published costs have it, and wide residual networks.
 */
public final class ResidualNetworks {

    /** How a block's input reaches an output of more channels (section 3.3). */
    public enum Shortcut {
        /** Every second position, and zero channels for those that are missing, half of them on either side: no parameters. */
        A,
        /** A 1x1 convolution with batch normalization. */
        B
    }

    private static final int CIFAR_STAGES = 3;
    /** Blocks of each stage, by depth. */
    private static final Map<Integer, List<Integer>> BLOCKS = new TreeMap<>(Map.of(
            18, List.of(2, 2, 2, 2),
            34, List.of(3, 4, 6, 3),
            50, List.of(3, 4, 6, 3),
            101, List.of(3, 4, 23, 3),
            152, List.of(3, 8, 36, 3)));

    private static final int SHALLOWEST_BOTTLENECK = 50;
    private static final int EXPANSION = 4;
    private static final int WIDE_STEM = 16;

    private final GraphAssembler graph;

    private ResidualNetworks(GraphAssembler graph) {
        this.graph = graph;
    }

    /**
     * ResNet-(6n+2) for small images: three stages of n basic blocks at widths w, 2w and 4w.
     *
     * @param depth 8, 14, 20, ...
     * @param width channels of the first stage; 16 in the paper
     * @param input shape of one image
     * @param classes number of classes
     * @param seed of the initial weights
     */
    public static ComputationGraphConfiguration cifar(
            int depth, int width, Shortcut shortcut, TensorShape input, int classes, long seed) {
        if (depth < 8 || (depth - 2) % 6 != 0) {
            throw new IllegalArgumentException(
                    "residual network has depth " + depth + "; it must be 6n+2: 8, 14, 20, ...");
        }
        if (width < 2 || width % 2 != 0) {
            throw new IllegalArgumentException("residual network has width " + width + "; it must be even, at least 2");
        }
        ResidualNetworks network = new ResidualNetworks(new GraphAssembler(input, seed));
        String x = network.unit("stem", "input", width, 3, 1);
        x = network.graph.relu("stem-relu", x);
        for (int stage = 1; stage <= CIFAR_STAGES; stage++) {
            int outputs = width << (stage - 1);
            for (int block = 1; block <= (depth - 2) / 6; block++) {
                int stride = stage > 1 && block == 1 ? 2 : 1;
                x = network.basicBlock("stage" + stage + "-block" + block, x, outputs, stride, shortcut);
            }
        }
        return network.graph.classify(network.graph.globalAverage("pool", x), classes);
    }

    /**
     * The residual networks of table 1, with projections where the shape changes: basic blocks up to 34 layers, bottleneck
     * blocks from 50 on. ResNet-50 has 4,089,184,256 MACs at 224x224, ResNet-18 1,814,073,344. For images below 64 pixels
     * the stem is a 3x3 convolution without pooling.
     *
     * @param depth 18, 34, 50, 101 or 152
     * @param width channels of the first stage; 64 in the paper
     * @param input shape of one image; [3, 224, 224] in the paper
     * @param classes number of classes
     * @param seed of the initial weights
     */
    public static ComputationGraphConfiguration resNet(
            int depth, int width, TensorShape input, int classes, long seed) {
        List<Integer> blocks = BLOCKS.get(depth);
        if (blocks == null) {
            throw new IllegalArgumentException(
                    "residual network has depth " + depth + "; it must be one of " + BLOCKS.keySet());
        }
        ResidualNetworks network = new ResidualNetworks(new GraphAssembler(input, seed));
        String x = network.stem(width);
        for (int stage = 1; stage <= blocks.size(); stage++) {
            for (int block = 1; block <= blocks.get(stage - 1); block++) {
                int stride = stage > 1 && block == 1 ? 2 : 1;
                String name = "stage" + stage + "-block" + block;
                int outputs = width << (stage - 1);
                x = depth < SHALLOWEST_BOTTLENECK
                        ? network.basicBlock(name, x, outputs, stride, Shortcut.B)
                        : network.bottleneck(name, x, outputs, stride, block == 1);
            }
        }
        return network.graph.classify(network.graph.globalAverage("pool", x), classes);
    }

    /**
     * Wide residual network WRN-d-k (Zagoruyko and Komodakis, arXiv 1605.07146): normalization and activation stand before
     * each convolution, so that a stage's residual stream is normalized by many layers.
     *
     * @param depth 6n+4: 10, 16, 22, 28, ...
     * @param width channels of the first stage: 16 k
     * @param input shape of one image; [3, 32, 32] in the paper
     * @param classes number of classes
     * @param seed of the initial weights
     */
    public static ComputationGraphConfiguration wide(int depth, int width, TensorShape input, int classes, long seed) {
        if (depth < 10 || (depth - 4) % 6 != 0) {
            throw new IllegalArgumentException(
                    "wide residual network has depth " + depth + "; it must be 6n+4: 10, 16, 22, ...");
        }
        ResidualNetworks network = new ResidualNetworks(new GraphAssembler(input, seed));
        String x = network.graph.convolution("stem", "input", WIDE_STEM, 3, 1);
        for (int stage = 1; stage <= CIFAR_STAGES; stage++) {
            for (int block = 1; block <= (depth - 4) / 6; block++) {
                int stride = stage > 1 && block == 1 ? 2 : 1;
                x = network.preActivationBlock(
                        "stage" + stage + "-block" + block, x, width << (stage - 1), stride, block == 1);
            }
        }
        x = network.activated("head", x);
        return network.graph.classify(network.graph.globalAverage("pool", x), classes);
    }

    private String stem(int width) {
        if (graph.hasSmallImages()) {
            return graph.relu("stem-relu", unit("stem", "input", width, 3, 1));
        }
        return graph.maxPool("stem-pool", graph.relu("stem-relu", unit("stem", "input", width, 7, 2)), 3, 2, 1);
    }

    private String preActivationBlock(String name, String input, int outputs, int stride, boolean projected) {
        String activated = activated(name + "-input", input);
        String x = graph.convolution(name + "-conv1", activated, outputs, 3, stride);
        x = graph.convolution(name + "-conv2", activated(name + "-conv1", x), outputs, 3, 1);
        String shortcut = projected ? graph.convolution(name + "-projection", activated, outputs, 1, stride) : input;
        return graph.add(name + "-add", x, shortcut);
    }

    private String activated(String name, String input) {
        return graph.relu(name + "-relu", graph.batchNorm(name + "-norm", input));
    }

    private String basicBlock(String name, String input, int outputs, int stride, Shortcut shortcut) {
        String x = graph.relu(name + "-relu1", unit(name + "-conv1", input, outputs, 3, stride));
        x = unit(name + "-conv2", x, outputs, 3, 1);
        boolean same = stride == 1 && graph.channelsOf(input) == outputs;
        return join(name, x, same ? input : shortcut(name, input, x, outputs, shortcut));
    }

    private String shortcut(String name, String input, String branch, int outputs, Shortcut shortcut) {
        if (shortcut == Shortcut.B) {
            return unit(name + "-projection", input, outputs, 1, 2);
        }
        String sampled = graph.maxPool(name + "-sample", input, 1, 2, 0);
        return graph.padChannels(name + "-pad", sampled, branch);
    }

    private String bottleneck(String name, String input, int width, int stride, boolean projected) {
        String x = graph.relu(name + "-relu1", unit(name + "-conv1", input, width, 1, 1));
        x = graph.relu(name + "-relu2", unit(name + "-conv2", x, width, 3, stride));
        x = unit(name + "-conv3", x, width * EXPANSION, 1, 1);
        return join(name, x, projected ? unit(name + "-projection", input, width * EXPANSION, 1, stride) : input);
    }

    private String join(String name, String branch, String shortcut) {
        return graph.relu(name + "-relu", graph.add(name + "-add", branch, shortcut));
    }

    private String unit(String name, String input, int outputs, int kernel, int stride) {
        return graph.batchNorm(name + "-norm", graph.convolution(name, input, outputs, kernel, stride));
    }
}
