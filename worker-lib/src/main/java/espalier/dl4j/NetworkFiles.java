package espalier.dl4j;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;

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
     * Reads a zip.
     *
     * @param name what the bytes are, for the message
     * @throws IllegalArgumentException if they are not a Deeplearning4j computation graph
     */
    public static ComputationGraph read(byte[] zip, String name) {
        try {
            return ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip), false);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "'" + name + "' is not a Deeplearning4j computation graph (" + firstLine(e)
                            + "); save one with ModelSerializer.writeModel",
                    e);
        }
    }

    private static String firstLine(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse("").strip();
    }
}
