package espalier.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import espalier.network.TensorShape;
import java.util.ArrayList;
import java.util.List;

/** Where a Keras network has the channels of an image. */
enum DataFormat {
    CHANNELS_LAST,
    CHANNELS_FIRST;

    private static final String KEY = "data_format";

    private static final long LARGEST_IMAGE = 1 << 24;

    /** The format that all layers of a network have. */
    static DataFormat of(List<KerasLayer> layers) {
        List<String> formats = layers.stream()
                .filter(layer -> layer.has(KEY))
                .map(layer -> layer.text(KEY, ""))
                .distinct()
                .toList();
        if (formats.size() > 1) {
            throw new IllegalArgumentException("its layers have the data formats " + formats + "; one is read");
        }
        return formats.contains("channels_first") ? CHANNELS_FIRST : CHANNELS_LAST;
    }

    /** The shape of the images that an input layer takes; without channels they have one. */
    TensorShape inputShape(KerasLayer layer) {
        JsonElement shape = layer.has("batch_shape") ? layer.get("batch_shape") : layer.get("batch_input_shape");
        List<Integer> extents = new ArrayList<>();
        if (shape instanceof JsonArray array) {
            for (int axis = 1; axis < array.size(); axis++) {
                extents.add(array.get(axis).isJsonNull() ? -1 : array.get(axis).getAsInt());
            }
        }
        if (extents.size() == 2) {
            extents.add(this == CHANNELS_LAST ? 2 : 0, 1);
        }
        if (extents.size() != 3 || extents.contains(-1)) {
            throw layer.refuse("takes " + shape + "; give it images of a fixed height and width");
        }
        long size = extents.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        if (size > LARGEST_IMAGE) {
            throw layer.refuse("takes images of %,d values; at most %,d are read".formatted(size, LARGEST_IMAGE));
        }
        return this == CHANNELS_LAST
                ? new TensorShape(extents.get(2), extents.get(0), extents.get(1))
                : new TensorShape(extents.get(0), extents.get(1), extents.get(2));
    }

    /** Refuses a layer that works along another axis than the channels. */
    void requireChannelAxis(KerasLayer layer, Features input) {
        JsonElement value = layer.get("axis");
        JsonElement single = value instanceof JsonArray array && array.size() == 1 ? array.get(0) : value;
        int last = input.flat() ? 1 : 3;
        int expected = input.flat() || this == CHANNELS_LAST ? last : 1;
        int axis = single.isJsonPrimitive() ? single.getAsInt() : layer.integer("axis", -1);
        if ((axis < 0 ? axis + last + 1 : axis) != expected) {
            throw layer.refuse("works along axis " + axis + "; the channels are axis " + expected);
        }
    }

    /** Refuses a layer whose meaning depends on the order of axes. */
    void requireChannelsLast(KerasLayer layer) {
        if (this != CHANNELS_LAST) {
            throw layer.refuse("reads images with channels first; save the network with channels last");
        }
    }

    /** Whether a flatten of this format has the channels innermost; one that names the format takes them there first. */
    boolean flattensChannelsInnermost(KerasLayer flatten) {
        return this == CHANNELS_LAST || flatten.has(KEY);
    }
}
