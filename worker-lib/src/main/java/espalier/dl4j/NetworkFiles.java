package espalier.dl4j;

import espalier.text.FirstLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Deeplearning4j's own zip of a network, to and from bytes. */
public final class NetworkFiles {
    private NetworkFiles() {}

    /** A zip that {@link ModelSerializer#restoreComputationGraph} reads anywhere. */
    public static byte[] write(ComputationGraph graph) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ModelSerializer.writeModel(graph, bytes, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a zip of a ComputationGraph, or of a MultiLayerNetwork, which becomes a graph.
     *
     * @param name what the bytes are, for the message
     * @throws IllegalArgumentException if they are not a Deeplearning4j network with finite weights
     */
    public static ComputationGraph read(byte[] zip, String name) {
        try {
            ComputationGraph graph = NetworkZip.read(zip);
            requireFinite(graph);
            return graph;
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "'" + name + "' is not a Deeplearning4j network (" + FirstLine.of(e)
                            + "); save one with ModelSerializer.writeModel",
                    e);
        }
    }

    /**
     * Refuses weights that no training comes back from.
     *
     * @throws IllegalArgumentException if a parameter is infinite or not a number, or a batch normalization divides by
     *     something that is not above 0; it names the first
     */
    public static void requireFinite(ComputationGraph graph) {
        for (Layer layer : graph.getLayers()) {
            layer.paramTable().forEach((key, parameter) -> {
                if (!Double.isFinite(parameter.sumNumber().doubleValue())) {
                    throw new IllegalArgumentException("parameter '" + key + "' of layer '"
                            + layer.conf().getLayer().getLayerName() + "' is not finite");
                }
            });
            if (layer.conf().getLayer() instanceof BatchNormalization norm) {
                INDArray variance = layer.paramTable().get(BatchNormalizationParamInitializer.GLOBAL_VAR);
                if (variance != null && !(variance.minNumber().doubleValue() + norm.getEps() > 0)) {
                    throw new IllegalArgumentException("batch normalization '" + norm.getLayerName()
                            + "' has the variance " + variance.minNumber() + " and epsilon " + norm.getEps()
                            + "; their sum must be above 0");
                }
            }
        }
    }
}
