package espalier.dl4j;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.apache.commons.lang3.tuple.Pair;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j's zip of a network, read without trust: nothing is inflated beyond what the configuration accounts for, no
 * class is loaded that is not one of Deeplearning4j's own settings, and nothing is deserialized by Java.
 */
final class NetworkZip {
    private static final String CONFIGURATION = "configuration.json";
    private static final String COEFFICIENTS = "coefficients.bin";
    private static final long LARGEST_CONFIGURATION = 64L << 20;

    /** Bytes before the numbers: two headers, and the shape between them. */
    private static final long LARGEST_HEADER = 1024;

    private static final long MOST_PARAMETERS = (Integer.MAX_VALUE - LARGEST_HEADER) / Double.BYTES;

    /** Trained weights hardly compress; zeros do, a thousandfold. */
    private static final long LARGEST_COMPRESSION = 64;

    private final ZipFile zip;
    private final long size;

    private NetworkZip(ZipFile zip, long size) {
        this.zip = zip;
        this.size = size;
    }

    /**
     * Reads a graph, or a chain of layers as a graph.
     *
     * @throws IOException if the bytes are no zip, or cut off
     * @throws IllegalArgumentException if they are not a network of Deeplearning4j
     */
    static ComputationGraph read(byte[] bytes) throws IOException {
        try (ZipFile zip = new ZipFile(new SeekableInMemoryByteChannel(bytes))) {
            return new NetworkZip(zip, bytes.length).read();
        }
    }

    private ComputationGraph read() throws IOException {
        String json = new String(inflate(CONFIGURATION, LARGEST_CONFIGURATION), StandardCharsets.UTF_8);
        TrustedClasses.check(json);
        if (json.contains("\"vertices\"")) {
            ComputationGraph graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(json));
            graph.init(parameters(layers(graph.getConfiguration())), false);
            return graph;
        }
        MultiLayerNetwork chain = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json));
        chain.init(parameters(chain.getLayerWiseConfigurations().getConfs()), false);
        return chain.toComputationGraph();
    }

    private static List<NeuralNetConfiguration> layers(ComputationGraphConfiguration configuration) {
        List<NeuralNetConfiguration> layers = new ArrayList<>();
        configuration.getVertices().values().forEach(vertex -> {
            if (vertex instanceof LayerVertex layer) {
                layers.add(layer.getLayerConf());
            }
        });
        return layers;
    }

    private INDArray parameters(List<NeuralNetConfiguration> layers) throws IOException {
        long count = 0;
        for (NeuralNetConfiguration layer : layers) {
            long parameters = layer.getLayer().initializer().numParams(layer);
            count = Math.addExact(count, parameters);
            if (parameters < 0 || count > MOST_PARAMETERS) {
                throw new IllegalArgumentException("its configuration has %,d parameters and more; at most %,d are read"
                        .formatted(count, MOST_PARAMETERS));
            }
        }
        if (count * Float.BYTES > LARGEST_COMPRESSION * size) {
            throw new IllegalArgumentException(
                    "its configuration has %,d parameters, more than %,d bytes can hold".formatted(count, size));
        }
        byte[] coefficients = inflate(COEFFICIENTS, LARGEST_HEADER + count * Double.BYTES);
        float[] values = floats(coefficients, Math.toIntExact(count));
        return Nd4j.create(values, new long[] {1, values.length}, 'c');
    }

    /** Two buffers, each behind a header: the shape, which says nothing new, and the numbers, big-endian. */
    private static float[] floats(byte[] coefficients, int count) throws IOException {
        DataInputStream stream = new DataInputStream(new ByteArrayInputStream(coefficients));
        stream.skipNBytes(header(stream).getRight() * Long.BYTES);
        Pair<DataType, Long> header = header(stream);
        if (header.getRight() != count) {
            throw new IllegalArgumentException("its configuration has %,d parameters, its weights are %,d numbers"
                    .formatted(count, header.getRight()));
        }
        int start = coefficients.length - stream.available();
        ByteBuffer numbers = ByteBuffer.wrap(coefficients, start, stream.available());
        DataType type = header.getLeft();
        if (type != DataType.FLOAT && type != DataType.DOUBLE) {
            throw new IllegalArgumentException("its weights are " + type + "; FLOAT and DOUBLE are read");
        }
        if (numbers.remaining() != (long) count * type.width()) {
            throw new IllegalArgumentException("its weights are cut off: %,d bytes for %,d numbers of %s"
                    .formatted(numbers.remaining(), count, type));
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = type == DataType.FLOAT ? numbers.getFloat() : (float) numbers.getDouble();
        }
        return values;
    }

    private static Pair<DataType, Long> header(DataInputStream stream) throws IOException {
        String allocation = stream.readUTF();
        long length = stream.readLong();
        String type = stream.readUTF();
        if (!allocation.matches("[A-Z_]{1,40}") || length < 0 || length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("its weights have a header that is none of ND4J's");
        }
        return Pair.of(DataType.valueOf(type), length);
    }

    private byte[] inflate(String name, long limit) throws IOException {
        ZipArchiveEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IllegalArgumentException("it has no entry " + name);
        }
        try (InputStream stream = zip.getInputStream(entry)) {
            byte[] bytes = stream.readNBytes(Math.toIntExact(limit));
            if (stream.read() >= 0) {
                throw new IllegalArgumentException(
                        "its entry %s is larger than the %,d bytes that it may have".formatted(name, limit));
            }
            return bytes;
        }
    }
}
