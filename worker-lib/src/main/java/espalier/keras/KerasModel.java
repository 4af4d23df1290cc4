package espalier.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonStreamParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a Keras network.
 *
 * @param layers in an order in which each one comes behind those that it reads
 * @param outputs names of the layers that are the network's answers
 * @param lossOfLogits whether it was trained with a loss that takes the softmax itself
 */
record KerasModel(List<KerasLayer> layers, List<String> outputs, boolean lossOfLogits) {
    private static final Pattern LOGITS = Pattern.compile("\"from_logits\"\\s*:\\s*true");
    private static final Set<String> BACKENDS = Set.of("tensorflow", "jax", "torch");

    KerasModel {
        layers = List.copyOf(layers);
        outputs = List.copyOf(outputs);
    }

    /**
     * Reads the attributes of a file's root.
     *
     * @throws IOException if there is no configuration
     * @throws IllegalArgumentException if it is of another kind
     */
    static KerasModel read(Hdf5File file) throws IOException {
        if (!file.hasAttribute("/", "model_config")) {
            throw new IOException("it has no attribute 'model_config': it holds weights alone, or something else");
        }
        JsonObject model =
                new JsonStreamParser(text(file, "model_config", "")).next().getAsJsonObject();
        String backend = text(file, "backend", "tensorflow");
        if (!BACKENDS.contains(backend)) {
            throw new IllegalArgumentException("its backend is '" + backend + "'; " + BACKENDS + " are read");
        }
        String version = text(file, "keras_version", "1");
        boolean logits = LOGITS.matcher(text(file, "training_config", "")).find();
        String type = model.get("class_name").getAsString();
        JsonElement config = model.get("config");
        return switch (type) {
            case "Sequential" -> chain(list(config, "layers"), version, logits);
            case "Functional", "Model" -> network(config.getAsJsonObject(), version, logits);
            default ->
                throw new IllegalArgumentException(
                        "it is of class " + type + "; Sequential and Functional networks are read");
        };
    }

    private static String text(Hdf5File file, String attribute, String otherwise) throws IOException {
        return file.hasAttribute("/", attribute) ? String.join("", file.texts("/", attribute)) : otherwise;
    }

    private static JsonArray list(JsonElement config, String key) {
        return config.isJsonArray()
                ? config.getAsJsonArray()
                : config.getAsJsonObject().getAsJsonArray(key);
    }

    private static KerasModel chain(JsonArray configurations, String version, boolean logits) {
        List<KerasLayer> layers = new ArrayList<>();
        for (JsonElement element : configurations) {
            KerasLayer layer = layer(element.getAsJsonObject(), version);
            if (layers.isEmpty() && !layer.type().equals("InputLayer")) {
                layers.add(new KerasLayer("InputLayer", layer.name() + "_input", layer.settings(), List.of()));
            }
            List<String> inputs = layers.isEmpty()
                    ? List.of()
                    : List.of(layers.get(layers.size() - 1).name());
            layers.add(new KerasLayer(layer.type(), layer.name(), layer.settings(), inputs));
        }
        if (layers.size() < 2) {
            throw new IllegalArgumentException("it has no layers");
        }
        return new KerasModel(
                sorted(layers), List.of(layers.get(layers.size() - 1).name()), logits);
    }

    private static KerasModel network(JsonObject config, String version, boolean logits) {
        List<KerasLayer> layers = new ArrayList<>();
        for (JsonElement element : config.getAsJsonArray("layers")) {
            layers.add(layer(element.getAsJsonObject(), version));
        }
        JsonArray ends = config.getAsJsonArray("output_layers");
        List<String> outputs = new ArrayList<>();
        addReferences(ends, outputs);
        return new KerasModel(sorted(layers), new ArrayList<>(new LinkedHashSet<>(outputs)), logits);
    }

    private static KerasLayer layer(JsonObject json, String version) {
        JsonObject settings = json.getAsJsonObject("config");
        String type = json.get("class_name").getAsString();
        JsonElement name = json.has("name") ? json.get("name") : settings.get("name");
        KerasLayer layer = new KerasLayer(type, name.getAsString(), settings, inputs(json, name.getAsString()));
        if (callsForTraining(json.get("inbound_nodes"))) {
            throw layer.refuse("is called with training=True; a layer that trains while it is used cannot be read");
        }
        if (version.startsWith("3") && layer.text("activation", "").equals("hard_sigmoid")) {
            throw layer.refuse("has the hard_sigmoid of Keras 3; that of Keras 2 is read");
        }
        return version.startsWith("1") ? Keras1.translate(layer) : layer;
    }

    /** Whether a use asks for what a layer does in training alone, in its arguments at any depth. */
    private static boolean callsForTraining(@Nullable JsonElement element) {
        if (element instanceof JsonArray array) {
            return StreamSupport.stream(array.spliterator(), false).anyMatch(KerasModel::callsForTraining);
        }
        if (!(element instanceof JsonObject arguments)) {
            return false;
        }
        boolean training =
                arguments.get("training") instanceof JsonPrimitive flag && flag.isBoolean() && flag.getAsBoolean();
        return training || callsForTraining(arguments.get("kwargs"));
    }

    private static List<String> inputs(JsonObject json, String name) {
        List<String> inputs = new ArrayList<>();
        if (json.get("inbound_nodes") instanceof JsonArray uses) {
            if (uses.size() > 1) {
                throw new IllegalArgumentException("layer '" + name + "' is used " + uses.size()
                        + " times with the same weights; give each use a layer of its own");
            }
            addReferences(uses, inputs);
        }
        return inputs;
    }

    /**
     * Collects the layers that are referred to, at any depth: {@code ["name", 0, 0]}, or an object with such a
     * {@code keras_history}.
     */
    private static void addReferences(JsonElement element, List<String> names) {
        if (element instanceof JsonArray array) {
            boolean reference = array.size() >= 3 && array.get(0) instanceof JsonPrimitive name && name.isString();
            if (!reference) {
                array.forEach(member -> addReferences(member, names));
                return;
            }
            String name = array.get(0).getAsString();
            if (array.get(1).getAsInt() != 0 || array.get(2).getAsInt() != 0) {
                throw new IllegalArgumentException("layer '" + name
                        + "' is used several times or gives several tensors; give each use a layer of its own");
            }
            names.add(name);
        } else if (element instanceof JsonObject object) {
            JsonElement history = object.get("keras_history");
            if (history != null) {
                addReferences(history, names);
            } else {
                object.entrySet().forEach(member -> addReferences(member.getValue(), names));
            }
        }
    }

    private static List<KerasLayer> sorted(List<KerasLayer> layers) {
        Map<String, KerasLayer> sorted = new LinkedHashMap<>();
        List<KerasLayer> waiting = new ArrayList<>(layers);
        while (!waiting.isEmpty()) {
            boolean moved = waiting.removeIf(layer -> {
                boolean ready = sorted.keySet().containsAll(layer.inputs());
                if (ready && sorted.put(layer.name(), layer) != null) {
                    throw new IllegalArgumentException("two layers have the name '" + layer.name() + "'");
                }
                return ready;
            });
            if (!moved) {
                throw new IllegalArgumentException("layer '" + waiting.get(0).name() + "' reads "
                        + waiting.get(0).inputs() + ", of which one is missing or reads it back");
            }
        }
        return List.copyOf(sorted.values());
    }

    /** The value of a layer, or an exception that names the layer. */
    static <V> V existing(Map<String, V> values, String layer) {
        V value = values.get(layer);
        if (value == null) {
            throw new IllegalArgumentException("there is no layer '" + layer + "'");
        }
        return value;
    }
}
