package espalier.dl4j;

import espalier.network.TensorShape;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.activations.Activation;

/**
 * Networks of depthwise convolutions: MobileNet (Howard et al., arXiv 1704.04861, table 1; 568,740,352 MACs at width 32 and
 * 224x224) and MobileNetV2 (Sandler et al., arXiv 1801.04381, table 2; 300,774,272 MACs). For images below 64 pixels, the
 * first two subsamplings are left out, as is usual for CIFAR.
 */
public final class MobileNetworks {
    /** Width of the paper's first layer, which all other widths are relative to. */
    private static final int PAPER_WIDTH = 32;

    private static final int SUBSAMPLINGS_LEFT_OUT = 2;
    private static final int V2_FEATURES = 1280;

    /** A run of equal blocks: output channels at the paper's width, blocks, stride of the first, expansion of the input. */
    private record Run(int outputs, int blocks, int stride, int expansion) {}

    private static final List<Run> V1 = List.of(
            new Run(64, 1, 1, 1),
            new Run(128, 1, 2, 1),
            new Run(128, 1, 1, 1),
            new Run(256, 1, 2, 1),
            new Run(256, 1, 1, 1),
            new Run(512, 1, 2, 1),
            new Run(512, 5, 1, 1),
            new Run(1024, 1, 2, 1),
            new Run(1024, 1, 1, 1));

    private static final List<Run> V2 = List.of(
            new Run(16, 1, 1, 1),
            new Run(24, 2, 2, 6),
            new Run(32, 3, 2, 6),
            new Run(64, 4, 2, 6),
            new Run(96, 3, 1, 6),
            new Run(160, 3, 2, 6),
            new Run(320, 1, 1, 6));

    private final GraphAssembler graph;
    private final int width;
    private final Activation activation;
    private int leftOut;

    private MobileNetworks(TensorShape input, long seed, int width, Activation activation) {
        this.graph = new GraphAssembler(input, seed);
        this.width = width;
        this.activation = activation;
        this.leftOut = graph.hasSmallImages() ? SUBSAMPLINGS_LEFT_OUT : 0;
    }

    /**
     * MobileNet: depthwise 3x3 and pointwise 1x1 convolutions in turn.
     *
     * @param width channels of the first layer; 32 in the paper
     * @param input shape of one image
     * @param classes number of classes
     * @param seed of the initial weights
     */
    public static ComputationGraphConfiguration v1(int width, TensorShape input, int classes, long seed) {
        MobileNetworks network = new MobileNetworks(input, seed, width, Activation.RELU);
        String x = network.unit("stem", "input", network.scaled(PAPER_WIDTH), 3, network.stride(2));
        int block = 0;
        for (Run run : V1) {
            for (int i = 0; i < run.blocks(); i++) {
                String name = "block" + ++block;
                x = network.depthwise(name + "-depthwise", x, network.stride(run.stride()));
                x = network.unit(name + "-pointwise", x, network.scaled(run.outputs()), 1, 1);
            }
        }
        return network.classify(x, classes);
    }

    /**
     * MobileNetV2: inverted residual blocks with linear bottlenecks.
     *
     * @param width channels of the first layer; 32 in the paper
     * @param input shape of one image
     * @param classes number of classes
     * @param seed of the initial weights
     */
    public static ComputationGraphConfiguration v2(int width, TensorShape input, int classes, long seed) {
        MobileNetworks network = new MobileNetworks(input, seed, width, Activation.RELU6);
        String x = network.unit("stem", "input", network.scaled(PAPER_WIDTH), 3, network.stride(2));
        int block = 0;
        for (Run run : V2) {
            for (int i = 0; i < run.blocks(); i++) {
                int stride = i == 0 ? network.stride(run.stride()) : 1;
                x = network.invertedResidual("block" + ++block, x, run, stride);
            }
        }
        return network.classify(network.unit("features", x, network.scaled(V2_FEATURES), 1, 1), classes);
    }

    private String invertedResidual(String name, String input, Run run, int stride) {
        int inputs = graph.channelsOf(input);
        String x = run.expansion() == 1 ? input : unit(name + "-expand", input, inputs * run.expansion(), 1, 1);
        x = depthwise(name + "-depthwise", x, stride);
        x = graph.batchNorm(
                name + "-project-norm", graph.convolution(name + "-project", x, scaled(run.outputs()), 1, 1));
        return stride == 1 && inputs == scaled(run.outputs()) ? graph.add(name + "-add", x, input) : x;
    }

    private String unit(String name, String input, int outputs, int kernel, int stride) {
        return activated(name, graph.convolution(name, input, outputs, kernel, stride));
    }

    private String depthwise(String name, String input, int stride) {
        return activated(name, graph.depthwise(name, input, 3, stride));
    }

    private String activated(String name, String input) {
        return graph.activation(name + "-relu", graph.batchNorm(name + "-norm", input), activation);
    }

    private int stride(int stride) {
        if (stride > 1 && leftOut > 0) {
            leftOut--;
            return 1;
        }
        return stride;
    }

    private int scaled(int channels) {
        return Math.max(1, Math.round((float) channels * width / PAPER_WIDTH));
    }

    private ComputationGraphConfiguration classify(String x, int classes) {
        return graph.classify(graph.globalAverage("pool", x), classes);
    }
}
