package espalier.search;

import espalier.config.NetworkConfig;
import espalier.data.FileSource;
import espalier.data.Fingerprint;
import espalier.dl4j.NetworkFiles;
import espalier.keras.KerasNetwork;
import espalier.keras.KerasReader;
import espalier.network.TensorShape;
import espalier.onnx.OnnxNetwork;
import espalier.onnx.OnnxReader;
import espalier.safetensors.SafetensorsFile;
import espalier.weights.WeightImport;
import espalier.weights.WeightMapping;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Weights that a study brings along.
 *
 * @param zip Deeplearning4j's zip of the network that has them
 * @param fingerprint of the files that they come from; the zip of the same network may differ from one time to the next
 * @param notes what a user should know of how a file of another framework was understood, one line each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record GivenWeights(byte[] zip, String fingerprint, List<String> notes) {
    private static final int LARGEST_FILE = 1 << 30;

    public GivenWeights {
        notes = List.copyOf(notes);
    }

    /**
     * Reads a network of any format that is known, by the end of its name.
     *
     * @param images shape of one; paddings in files of other frameworks are worked out for the shape that they name
     * @throws IllegalArgumentException if it is not a network that can be built
     */
    static GivenWeights ofFile(String path, TensorShape images, FileSource source) {
        byte[] bytes = read("network.file", path, source);
        String fingerprint = Fingerprint.of(bytes);
        String ending = path.toLowerCase(Locale.ROOT);
        if (ending.endsWith(".onnx")) {
            OnnxNetwork network = OnnxReader.read(bytes, path);
            requireShape(path, network.input(), images);
            return new GivenWeights(NetworkFiles.write(network.graph()), fingerprint, network.notes());
        }
        if (ending.endsWith(".h5") || ending.endsWith(".hdf5")) {
            KerasNetwork network = KerasReader.read(bytes, path);
            requireShape(path, network.input(), images);
            return new GivenWeights(NetworkFiles.write(network.graph()), fingerprint, network.notes());
        }
        return new GivenWeights(bytes, fingerprint, List.of());
    }

    /**
     * Reads a file of tensors into a network.
     *
     * @throws IllegalArgumentException if they are not the network's
     */
    static GivenWeights ofTensors(
            NetworkConfig network, ComputationGraphConfiguration configuration, FileSource source) {
        byte[] tensors = read("network.weights", network.weights(), source);
        byte[] rules = network.mapping().isEmpty() ? new byte[0] : read("network.mapping", network.mapping(), source);
        WeightMapping mapping = network.mapping().isEmpty()
                ? WeightMapping.ofResidualNetworks()
                : WeightMapping.parse(network.mapping(), new String(rules, StandardCharsets.UTF_8));
        ComputationGraph graph = new ComputationGraph(configuration.clone());
        graph.init();
        WeightImport.load(network.weights(), SafetensorsFile.read(network.weights(), tensors), mapping, graph);
        String fingerprint = Fingerprint.of(Fingerprint.of(tensors) + Fingerprint.of(rules));
        return new GivenWeights(NetworkFiles.write(graph), fingerprint, List.of());
    }

    private static void requireShape(String path, TensorShape network, TensorShape images) {
        if (!network.equals(images)) {
            throw new StudyException("network.file '" + path + "' is for images of " + network + ", the study has "
                    + images + "; export the network for these, or give images of its shape");
        }
    }

    private static byte[] read(String key, String path, FileSource source) {
        try (InputStream stream = source.open(path)) {
            byte[] bytes = stream.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new StudyException("%s '%s' has more than the %,d bytes that are read; give a smaller network"
                        .formatted(key, path, LARGEST_FILE));
            }
            return bytes;
        } catch (IOException e) {
            throw new StudyException(
                    key + " '" + path + "' cannot be read (" + e.getMessage() + "); give the path of a file");
        }
    }
}
