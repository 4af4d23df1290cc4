package espalier.dl4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.layers.normalization.BatchNormalizationHelper;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.factory.Nd4j;

/** Gives the layers of a graph implementations that are faster on the CPU than Deeplearning4j's own, and equal up to rounding. */
public final class FastLayers {
    private static final VarHandle HELPER = helperField();

    private FastLayers() {}

    /**
     * Makes the batch normalisation and ReLU activation layers of {@code graph} fast; its configuration and the files written from it stay as they
     * are. On another backend than the CPU, and for batch normalisation with fixed gamma and beta, nothing changes. A clone of the graph, and
     * one that is read from a file, needs a call of its own.
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
            }
        }
        return changed;
    }

    private static int installBatchNorm(BatchNormalization layer) {
        if (layer.layerConf().isLockGammaBeta()) {
            return 0;
        }
        HELPER.set(layer, new FastBatchNorm());
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

    private static VarHandle helperField() {
        try {
            return MethodHandles.privateLookupIn(BatchNormalization.class, MethodHandles.lookup())
                    .findVarHandle(BatchNormalization.class, "helper", BatchNormalizationHelper.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "BatchNormalization has no field 'helper': run on Deeplearning4j 1.0.0-M2.1, for which this is made",
                    e);
        }
    }
}
