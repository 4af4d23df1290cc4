package espalier.dl4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionHelper;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.layers.normalization.BatchNormalizationHelper;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.factory.Nd4j;

/** Gives the layers of a graph implementations that are faster on the CPU than Deeplearning4j's own, and equal up to rounding. */
public final class FastLayers {
    private static final VarHandle BATCH_NORM_HELPER =
            field(BatchNormalization.class, "helper", BatchNormalizationHelper.class);
    private static final VarHandle CONVOLUTION_HELPER =
            field(ConvolutionLayer.class, "helper", ConvolutionHelper.class);

    private FastLayers() {}

    /**
     * Makes the batch normalisation, ReLU activation and linear convolution layers of {@code graph} fast; its configuration and the files written from
     * it stay as they are. On another backend than the CPU, and for batch normalisation with fixed gamma and beta, nothing changes. A clone of the
     * graph, and one that is read from a file, needs a call of its own.
     *
     * @return how many layers were changed
     */
    public static int install(ComputationGraph graph) {
        if (!Nd4j.getEnvironment().isCPU()) {
            return 0;
        }
        int changed = 0;
        for (Layer layer : graph.getLayers()) {
            if (layer instanceof BatchNormalization batchNorm) {
                changed += installBatchNorm(batchNorm);
            } else if (layer instanceof ActivationLayer activation) {
                changed += installRelu(activation);
            } else if (layer instanceof ConvolutionLayer convolution) {
                changed += installConvolution(convolution);
            }
        }
        return changed;
    }

    private static int installBatchNorm(BatchNormalization layer) {
        if (layer.layerConf().isLockGammaBeta()) {
            return 0;
        }
        BATCH_NORM_HELPER.set(layer, new FastBatchNorm());
        return 1;
    }

    private static int installRelu(ActivationLayer layer) {
        NeuralNetConfiguration configuration = layer.conf().clone();
        var activation = (org.deeplearning4j.nn.conf.layers.ActivationLayer) configuration.getLayer();
        if (!activation.getActivationFn().equals(new ActivationReLU())) {
            return 0;
        }
        activation.setActivationFn(new FastRelu());
        layer.setConf(configuration);
        return 1;
    }

    private static int installConvolution(ConvolutionLayer layer) {
        org.deeplearning4j.nn.conf.layers.ConvolutionLayer configuration = layer.layerConf();
        if (layer.getClass() != ConvolutionLayer.class
                || !(layer.getHelper() instanceof MKLDNNConvHelper)
                || !(configuration.getActivationFn() instanceof ActivationIdentity)
                || configuration.getCnn2dDataFormat() != CNN2DFormat.NCHW) {
            return 0;
        }
        CONVOLUTION_HELPER.set(layer, new FastConvolution(layer));
        return 1;
    }

    /** A field that a layer keeps from us. */
    static VarHandle field(Class<?> owner, String name, Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup()).findVarHandle(owner, name, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "%s has no field '%s': run on Deeplearning4j 1.0.0-M2.1, for which this is made"
                            .formatted(owner.getSimpleName(), name),
                    e);
        }
    }
}
