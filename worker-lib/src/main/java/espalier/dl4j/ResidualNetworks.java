package espalier.dl4j;

import espalier.network.TensorShape;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * Residual networks (He et al., arXiv 1512.03385): the CIFAR family of section 4.2, and ResNet-50 of table 1 with the
 * stride on the 3x3 convolution, as most published costs have it.
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
    private static final int[] RESNET50_BLOCKS = {3, 4, 6, 3};
    private static final int RESNET50_WIDTH = 64;
    private static final int EXPANSION = 4;

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
     * ResNet-50 with bottleneck blocks; 4,089,184,256 MACs at 224x224.
     *
     * @param input shape of one image; [3, 224, 224] in the paper
     * @param classes number of classes
     * @param seed of the initial weights
     */
    public static ComputationGraphConfiguration resNet50(TensorShape input, int classes, long seed) {
        ResidualNetworks network = new ResidualNetworks(new GraphAssembler(input, seed));
        GraphAssembler graph = network.graph;
        String x = graph.relu("stem-relu", network.unit("stem", "input", RESNET50_WIDTH, 7, 2));
        x = graph.maxPool("stem-pool", x, 3, 2, 1);
        for (int stage = 1; stage <= RESNET50_BLOCKS.length; stage++) {
            for (int block = 1; block <= RESNET50_BLOCKS[stage - 1]; block++) {
                int stride = stage > 1 && block == 1 ? 2 : 1;
                x = network.bottleneck(
                        "stage" + stage + "-block" + block, x, RESNET50_WIDTH << (stage - 1), stride, block == 1);
            }
        }
        return graph.classify(graph.globalAverage("pool", x), classes);
    }

    private String basicBlock(String name, String input, int outputs, int stride, Shortcut shortcut) {
        String x = graph.relu(name + "-relu1", unit(name + "-conv1", input, outputs, 3, stride));
        x = unit(name + "-conv2", x, outputs, 3, 1);
        return join(name, x, stride == 1 ? input : shortcut(name, input, x, outputs, shortcut));
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
