package espalier.dl4j;

import espalier.network.TensorShape;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * Networks that concatenate: DenseNet-BC (Huang et al., arXiv 1608.06993), in which every layer reads all layers before it,
 * and a small network of Inception blocks (Szegedy et al., arXiv 1409.4842, figure 2b).
 */
public final class ConcatenatingNetworks {
    /** Layers of each dense block for large images, by depth (table 1). */
    private static final Map<Integer, List<Integer>> DENSE_BLOCKS = new TreeMap<>(Map.of(
            121, List.of(6, 12, 24, 16),
            169, List.of(6, 12, 32, 32),
            201, List.of(6, 12, 48, 32)));

    private static final int BOTTLENECK = 4;
    private static final int SMALL_IMAGE_BLOCKS = 3;
    private static final int INCEPTION_STAGES = 3;

    private final GraphAssembler graph;

    private ConcatenatingNetworks(GraphAssembler graph) {
        this.graph = graph;
    }

    /**
     * DenseNet-BC with compression 0.5; DenseNet-121 with growth 32 has 2,834,161,664 MACs at 224x224.
     *
     * @param depth 121, 169 or 201; for images below 64 pixels 6n+4: 22, 40, 100, ...
     * @param growth channels that each layer adds
     * @param input shape of one image
     * @param classes number of classes
     * @param seed of the initial weights
     */
    public static ComputationGraphConfiguration denseNet(
            int depth, int growth, TensorShape input, int classes, long seed) {
        ConcatenatingNetworks network = new ConcatenatingNetworks(new GraphAssembler(input, seed));
        List<Integer> blocks = network.denseBlocks(depth);
        String x = network.stem(2 * growth);
        for (int block = 1; block <= blocks.size(); block++) {
            for (int layer = 1; layer <= blocks.get(block - 1); layer++) {
                x = network.denseLayer("block" + block + "-layer" + layer, x, growth);
            }
            if (block < blocks.size()) {
                x = network.transition("transition" + block, x);
            }
        }
        x = network.activated("head", x);
        return network.graph.classify(network.graph.globalAverage("pool", x), classes);
    }

    /**
     * Stages of two Inception blocks each; the width doubles and the size is halved from stage to stage.
     *
     * @param width channels of each of the four branches in the first stage
     * @param input shape of one image
     * @param classes number of classes
     * @param seed of the initial weights
     */
    public static ComputationGraphConfiguration inception(int width, TensorShape input, int classes, long seed) {
        ConcatenatingNetworks network = new ConcatenatingNetworks(new GraphAssembler(input, seed));
        String x = network.stem(2 * width);
        for (int stage = 1; stage <= INCEPTION_STAGES; stage++) {
            for (int block = 1; block <= 2; block++) {
                x = network.inceptionBlock("stage" + stage + "-block" + block, x, width << (stage - 1));
            }
            if (stage < INCEPTION_STAGES) {
                x = network.graph.maxPool("stage" + stage + "-pool", x, 2, 2, 0);
            }
        }
        return network.graph.classify(network.graph.globalAverage("pool", x), classes);
    }

    private List<Integer> denseBlocks(int depth) {
        if (graph.hasSmallImages()) {
            if (depth < 10 || (depth - 4) % (2 * SMALL_IMAGE_BLOCKS) != 0) {
                throw new IllegalArgumentException("DenseNet for images below 64 pixels has depth " + depth
                        + "; it must be 6n+4: 22, 40, 100, ...");
            }
            return Collections.nCopies(SMALL_IMAGE_BLOCKS, (depth - 4) / (2 * SMALL_IMAGE_BLOCKS));
        }
        List<Integer> blocks = DENSE_BLOCKS.get(depth);
        if (blocks == null) {
            throw new IllegalArgumentException("DenseNet for images of 64 pixels or more has depth " + depth
                    + "; it must be one of " + DENSE_BLOCKS.keySet());
        }
        return blocks;
    }

    private String stem(int width) {
        if (graph.hasSmallImages()) {
            return graph.convolution("stem", "input", width, 3, 1);
        }
        String x = graph.convolution("stem", "input", width, 7, 2);
        return graph.maxPool("stem-pool", activated("stem", x), 3, 2, 1);
    }

    private String denseLayer(String name, String input, int growth) {
        String x = activated(name + "-input", input);
        x = graph.convolution(name + "-conv1", x, BOTTLENECK * growth, 1, 1);
        x = graph.convolution(name + "-conv2", activated(name + "-conv1", x), growth, 3, 1);
        return graph.concatenate(name, input, x);
    }

    private String transition(String name, String input) {
        String x = activated(name, input);
        x = graph.convolution(name + "-conv", x, graph.channelsOf(x) / 2, 1, 1);
        return graph.averagePool(name + "-pool", x, 2, 2, 0);
    }

    private String inceptionBlock(String name, String input, int width) {
        String one = unit(name + "-one", input, width, 1);
        String three = unit(name + "-three", unit(name + "-three-reduce", input, width / 2, 1), width, 3);
        String five = unit(name + "-five", unit(name + "-five-reduce", input, width / 2, 1), width, 5);
        String pooled = unit(name + "-pooled", graph.maxPool(name + "-pool", input, 3, 1, 1), width, 1);
        return graph.concatenate(name, one, three, five, pooled);
    }

    private String unit(String name, String input, int outputs, int kernel) {
        return activated(name, graph.convolution(name, input, outputs, kernel, 1));
    }

    private String activated(String name, String input) {
        return graph.relu(name + "-relu", graph.batchNorm(name + "-norm", input));
    }
}
