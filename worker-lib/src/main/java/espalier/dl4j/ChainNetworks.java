package espalier.dl4j;

import espalier.network.TensorShape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** Networks without branches: VGG with batch normalization (arXiv 1409.1556, table 1), and LeNet-5. */
public final class ChainNetworks {
    /** Convolutions of each stage, by depth; a stage's width is 1, 2, 4, 8 and 8 times the network's. */
    private static final Map<Integer, List<Integer>> VGG_STAGES = new TreeMap<>(Map.of(
            11, List.of(1, 1, 2, 2, 2),
            13, List.of(2, 2, 2, 2, 2),
            16, List.of(2, 2, 3, 3, 3),
            19, List.of(2, 2, 4, 4, 4)));

    /** Width of the hidden dense layers, 4096 in the paper, as a multiple of the network's. */
    private static final int HIDDEN = 64;

    private ChainNetworks() {}

    /**
     * VGG with batch normalization, and behind a flatten one dense layer for images below 64 pixels, three for larger ones
     * (VGG-16: 15,470,264,320 MACs at 224x224).
     *
     * @param depth 11, 13, 16 or 19
     * @param width channels of the first stage; 64 in the paper
     * @param input shape of one image; a stage's pooling is left out where nothing is left to pool
     * @param classes number of classes
     * @param seed of the initial weights
     */
    public static ComputationGraphConfiguration vgg(int depth, int width, TensorShape input, int classes, long seed) {
        List<Integer> stages = VGG_STAGES.get(depth);
        if (stages == null) {
            throw new IllegalArgumentException("VGG has depth " + depth + "; it must be one of " + VGG_STAGES.keySet());
        }
        GraphAssembler graph = new GraphAssembler(input, seed);
        String x = "input";
        int extent = Math.min(input.height(), input.width());
        for (int stage = 1; stage <= stages.size(); stage++) {
            int outputs = width << Math.min(stage - 1, 3);
            for (int layer = 1; layer <= stages.get(stage - 1); layer++) {
                String name = "stage" + stage + "-conv" + layer;
                x = graph.relu(
                        name + "-relu", graph.batchNorm(name + "-norm", graph.convolution(name, x, outputs, 3, 1)));
            }
            if (extent >= 2) {
                x = graph.maxPool("stage" + stage + "-pool", x, 2, 2, 0);
                extent /= 2;
            }
        }
        if (!graph.hasSmallImages()) {
            x = graph.relu("dense1-relu", graph.dense("dense1", x, width * HIDDEN));
            x = graph.relu("dense2-relu", graph.dense("dense2", x, width * HIDDEN));
        }
        return graph.classify(x, classes);
    }

    /**
     * LeNet-5 with ReLU and max pooling: two 5x5 convolutions and three dense layers.
     *
     * @param width channels of the first convolution; 6 gives the classical 6, 16, 120, 84
     * @param input shape of one image, at least 12x12
     * @param classes number of classes
     * @param seed of the initial weights
     */
    public static ComputationGraphConfiguration leNet(int width, TensorShape input, int classes, long seed) {
        GraphAssembler graph = new GraphAssembler(input, seed);
        String x = graph.relu("conv1-relu", graph.convolution("conv1", "input", width, 5, 1, 2, true));
        x = graph.maxPool("pool1", x, 2, 2, 0);
        x = graph.relu("conv2-relu", graph.convolution("conv2", x, width * 16 / 6, 5, 1, 0, true));
        x = graph.maxPool("pool2", x, 2, 2, 0);
        x = graph.relu("dense1-relu", graph.dense("dense1", x, width * 20));
        x = graph.relu("dense2-relu", graph.dense("dense2", x, width * 14));
        return graph.classify(x, classes);
    }
}
