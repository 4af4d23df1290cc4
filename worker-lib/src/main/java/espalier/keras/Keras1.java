package espalier.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;

/** The words of Keras 1, put into those of Keras 2. */
final class Keras1 {
    private static final Map<String, String> TYPES = Map.of(
            "Convolution2D", "Conv2D",
            "SeparableConvolution2D", "SeparableConv2D");

    private static final Map<String, String> SETTINGS = Map.of(
            "nb_filter", "filters",
            "subsample", "strides",
            "border_mode", "padding",
            "bias", "use_bias",
            "output_dim", "units",
            "p", "rate",
            "dim_ordering", "data_format");

    private static final Map<String, String> MERGES =
            Map.of("sum", "Add", "mul", "Multiply", "ave", "Average", "max", "Maximum", "concat", "Concatenate");

    private Keras1() {}

    /** @throws IllegalArgumentException if the layer's weights are in the order of Theano, or it is of another mode */
    static KerasLayer translate(KerasLayer layer) {
        JsonObject settings = new JsonObject();
        layer.settings().entrySet().forEach(setting -> {
            String key = SETTINGS.getOrDefault(setting.getKey(), setting.getKey());
            settings.add(key, setting.getValue());
        });
        if (layer.has("nb_row") && layer.has("nb_col")) {
            JsonArray kernel = new JsonArray();
            kernel.add(layer.get("nb_row"));
            kernel.add(layer.get("nb_col"));
            settings.add("kernel_size", kernel);
        }
        if (layer.type().equals("BatchNormalization") && layer.integer("mode", 0) != 0) {
            throw layer.refuse("has mode " + layer.integer("mode") + "; mode 0 is read");
        }
        JsonElement format = settings.get("data_format");
        if (format instanceof JsonPrimitive) {
            if (!format.getAsString().equals("tf")) {
                throw layer.refuse("has dim_ordering " + format + "; \"tf\" is read");
            }
            settings.addProperty("data_format", "channels_last");
        }
        return new KerasLayer(type(layer, settings), layer.name(), settings, layer.inputs());
    }

    private static String type(KerasLayer layer, JsonObject settings) {
        if (!layer.type().equals("Merge")) {
            return TYPES.getOrDefault(layer.type(), layer.type());
        }
        if (layer.has("concat_axis")) {
            settings.add("axis", layer.get("concat_axis"));
        }
        return KerasModel.existing(MERGES, layer.text("mode", "sum"));
    }
}
