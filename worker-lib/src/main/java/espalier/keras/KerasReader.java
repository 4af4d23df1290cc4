package espalier.keras;

import espalier.dl4j.NetworkFiles;
import espalier.text.FirstLine;
import java.io.IOException;

/**
 * Reads the HDF5 files that Keras saves networks to, sequential or functional, with their weights.
 *
 * <p>The graph computes what Keras computes, on channels-first images. Activation functions are layers of their own, and a
 * separable convolution is its two convolutions. A softmax at the end is trained with cross entropy, whether or not the
 * file says how.
 */
public final class KerasReader {
    private KerasReader() {}

    /**
     * Reads a network of one image input. No code of the file is run: a layer that has some is refused.
     *
     * @param file bytes of the HDF5 file
     * @param name what the bytes are, for the message
     * @throws IllegalArgumentException if they are not such a network, or one of its layers is not known
     */
    public static synchronized KerasNetwork read(byte[] file, String name) {
        try (Hdf5File hdf5 = Hdf5File.open(file)) {
            KerasModel model = KerasModel.read(hdf5);
            KerasNetwork network = new NetworkTranslator(model, new KerasWeights(hdf5)).translate();
            NetworkFiles.requireFinite(network.graph());
            return network;
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "'" + name + "' is not a Keras network that can be read (" + FirstLine.of(e)
                            + "); save one of known layers with its weights as HDF5: model.save('network.h5')",
                    e);
        }
    }
}
