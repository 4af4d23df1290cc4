package espalier.keras;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The weights of a Keras file: for each layer some arrays, in the order in which Keras makes them. */
final class KerasWeights {
    private static final String ROOT = "model_weights/";

    private final Hdf5File file;

    KerasWeights(Hdf5File file) {
        this.file = file;
    }

    /**
     * Reads all arrays of a layer.
     *
     * @param shapes that they must have, in their order
     * @throws IllegalArgumentException if there are others
     */
    List<INDArray> read(KerasLayer layer, List<long[]> shapes) {
        String group = ROOT + layer.name();
        if (!file.hasAttribute(group, "weight_names")) {
            throw layer.refuse("has no weights in the file");
        }
        try {
            List<String> names = file.texts(group, "weight_names");
            if (names.size() != shapes.size()) {
                throw layer.refuse("has the weights %s in the file, and its configuration needs %d arrays"
                        .formatted(names, shapes.size()));
            }
            List<INDArray> arrays = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                float[] numbers = file.numbers(group + "/" + names.get(i), shapes.get(i));
                arrays.add(Nd4j.create(numbers, shapes.get(i), 'c'));
            }
            return arrays;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}
