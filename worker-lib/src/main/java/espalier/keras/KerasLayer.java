package espalier.keras;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer of a Keras configuration.
 *
 * @param type name of its class
 * @param name of the layer
 * @param settings its configuration, in the words of Keras 2
 * @param inputs names of the layers that it reads, in order
 */
record KerasLayer(String type, String name, JsonObject settings, List<String> inputs) {
    KerasLayer {
        inputs = List.copyOf(inputs);
    }

    boolean has(String key) {
        return !get(key).isJsonNull();
    }

    JsonElement get(String key) {
        JsonElement value = settings.get(key);
        return value == null ? JsonNull.INSTANCE : value;
    }

    int integer(String key) {
        if (!has(key)) {
            throw refuse("has no setting '" + key + "'");
        }
        return integer(key, get(key));
    }

    int integer(String key, int otherwise) {
        return has(key) ? integer(key) : otherwise;
    }

    int positive(String key) {
        int value = integer(key);
        if (value < 1) {
            throw refuse("has " + key + " " + value + "; it must be at least 1");
        }
        return value;
    }

    int positive(String key, int otherwise) {
        return has(key) ? positive(key) : otherwise;
    }

    double number(String key, double otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        try {
            return get(key).getAsDouble();
        } catch (RuntimeException e) {
            throw unusable(key, get(key), "a number", e);
        }
    }

    boolean flag(String key, boolean otherwise) {
        return has(key) ? get(key).getAsBoolean() : otherwise;
    }

    String text(String key, String otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        if (!get(key).isJsonPrimitive()) {
            throw unusable(key, get(key), "a text", null);
        }
        return get(key).getAsString();
    }

    /** Rows and columns: one number for both, or two. */
    Extent extent(String key, Extent otherwise) {
        return has(key) ? extent(key, get(key)) : otherwise;
    }

    Extent extent(String key) {
        if (!has(key)) {
            throw refuse("has no setting '" + key + "'");
        }
        return extent(key, get(key));
    }

    private Extent extent(String key, JsonElement value) {
        if (!value.isJsonArray()) {
            return new Extent(integer(key, value), integer(key, value));
        }
        List<Integer> pair = pair(key, value);
        return new Extent(pair.get(0), pair.get(1));
    }

    /** What to add or to remove at the top, bottom, left and right. */
    Margins margins(String key) {
        JsonElement value = get(key);
        if (value instanceof JsonArray array
                && array.size() == 2
                && array.get(0).isJsonArray()) {
            List<Integer> rows = pair(key, array.get(0));
            List<Integer> columns = pair(key, array.get(1));
            return new Margins(rows.get(0), rows.get(1), columns.get(0), columns.get(1));
        }
        Extent both = extent(key);
        return new Margins(both.rows(), both.rows(), both.columns(), both.columns());
    }

    private List<Integer> pair(String key, JsonElement value) {
        if (value instanceof JsonArray array && array.size() == 2) {
            return List.of(integer(key, array.get(0)), integer(key, array.get(1)));
        }
        throw unusable(key, value, "two integers", null);
    }

    private int integer(String key, JsonElement value) {
        try {
            return value.getAsBigDecimal().intValueExact();
        } catch (RuntimeException e) {
            throw unusable(key, value, "an integer", e);
        }
    }

    private IllegalArgumentException unusable(String key, JsonElement value, String wanted, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "layer '%s' has %s %s, which is not %s".formatted(name, key, value, wanted), cause);
    }

    /** An exception that says what is wrong with the layer. */
    IllegalArgumentException refuse(String reason) {
        return new IllegalArgumentException("layer '%s' (%s) %s".formatted(name, type, reason));
    }

    /** Rows and columns of a kernel, or of a step. */
    record Extent(int rows, int columns) {
        static final Extent ONE = new Extent(1, 1);

        int[] toArray() {
            return new int[] {rows, columns};
        }
    }

    /** Rows and columns at the four sides of an image. */
    record Margins(int top, int bottom, int left, int right) {}
}
