package espalier.dl4j;

import java.time.Duration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2D;
import org.nd4j.linalg.factory.Nd4j;

/** Sees for itself, rather than believe a flag, whether convolution layers run on oneDNN. */
final class OneDnnProbe {
    private static final int ROUNDS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final double CLEAR_SPEEDUP = 2;

    private static final int SAME_PADDING = 1;
    private static final int CHANNELS_FIRST = 0;
    private static final int OUTPUT_CHANNELS_FIRST = 1;

    private final INDArray images = Nd4j.ones(DataType.FLOAT, 8, 16, 16, 16);
    private final INDArray weights = Nd4j.ones(DataType.FLOAT, 16, 16, 3, 3);
    private final INDArray output = Nd4j.create(DataType.FLOAT, 8, 16, 16, 16);

    /** Whether a convolution layer that is made now holds Deeplearning4j's oneDNN helper. */
    static boolean layerHasHelper() {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.convolutional(4, 4, 1))
                .addLayer(
                        "convolution",
                        new ConvolutionLayer.Builder(3, 3).nOut(1).build(),
                        "in")
                .addLayer("out", new OutputLayer.Builder().nOut(2).build(), "convolution")
                .setOutputs("out")
                .build());
        network.init();
        boolean present = network.getLayer("convolution").getHelper() instanceof MKLDNNConvHelper;
        NativeMemory.release(network);
        return present;
    }

    /** Whether the native library was built with oneDNN. */
    static boolean libraryHasOneDnn() {
        return Nd4j.getBackend().buildInfo().contains("HAVE_ONEDNN");
    }

    /**
     * How many times faster one and the same convolution is with the native library's oneDNN than without. Takes the best of a few rounds; while
     * other load hides the difference, it goes on for up to three seconds.
     */
    double speedup() {
        long start = System.nanoTime();
        double fast = Double.MAX_VALUE;
        double plain = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS || plain < CLEAR_SPEEDUP * fast; round++) {
            if (round >= ROUNDS && System.nanoTime() - start > PATIENCE.toNanos()) {
                break;
            }
            fast = Math.min(fast, convolve(true));
            plain = Math.min(plain, convolve(false));
        }
        return plain / fast;
    }

    static boolean isClear(double speedup) {
        return speedup >= CLEAR_SPEEDUP;
    }

    private double convolve(boolean oneDnn) {
        OpContext context = Nd4j.getExecutioner().buildContext();
        context.allowHelpers(oneDnn);
        context.setIArguments(3, 3, 1, 1, 0, 0, 1, 1, SAME_PADDING, CHANNELS_FIRST, OUTPUT_CHANNELS_FIRST);
        context.setInputArrays(images, weights);
        context.setOutputArray(0, output);
        long start = System.nanoTime();
        Nd4j.exec(new Conv2D(), context);
        return System.nanoTime() - start;
    }
}
