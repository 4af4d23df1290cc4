package espalier.dl4j;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps a configuration from naming classes to load, other than the settings that Deeplearning4j itself is made of. */
final class TrustedClasses {
    private static final String TYPE = "@class";
    private static final int DEEPEST_NESTING = 200;
    private static final List<String> PACKAGES = List.of(
            "org.deeplearning4j.nn.conf.",
            "org.deeplearning4j.nn.weights.",
            "org.deeplearning4j.nn.modelimport.keras.",
            "org.nd4j.linalg.activations.",
            "org.nd4j.linalg.learning.",
            "org.nd4j.linalg.lossfunctions.",
            "org.nd4j.linalg.schedule.");

    private TrustedClasses() {}

    /**
     * Looks at every class name of a configuration.
     *
     * @param json Deeplearning4j's
     * @throws IOException if it is not JSON
     * @throws IllegalArgumentException if it names another class, or is nested deeper than the reader behind this one can go
     */
    static void check(String json) throws IOException {
        JsonReader reader = new JsonReader(new StringReader(json));
        int depth = 0;
        boolean type = false;
        @Nullable String first = null;
        JsonToken before = JsonToken.BEGIN_OBJECT;
        while (true) {
            JsonToken token = reader.peek();
            boolean value = type;
            type = false;
            if (token == JsonToken.BEGIN_OBJECT && first != null) {
                // A list of a name and an object is the other way to say an object's class.
                throw refusal(first);
            }
            boolean leads = before == JsonToken.BEGIN_ARRAY && token == JsonToken.STRING;
            before = token;
            depth += nesting(token);
            if (depth > DEEPEST_NESTING) {
                throw new IllegalArgumentException(
                        "its configuration is nested deeper than " + DEEPEST_NESTING + " levels");
            }
            first = null;
            switch (token) {
                case BEGIN_OBJECT -> reader.beginObject();
                case END_OBJECT -> reader.endObject();
                case BEGIN_ARRAY -> reader.beginArray();
                case END_ARRAY -> reader.endArray();
                case NAME -> type = reader.nextName().equals(TYPE);
                case NULL -> reader.nextNull();
                case BOOLEAN -> reader.nextBoolean();
                case STRING, NUMBER -> {
                    String text = reader.nextString();
                    if (value && !isTrusted(text)) {
                        throw refusal(text);
                    }
                    first = leads ? text : null;
                }
                case END_DOCUMENT -> {
                    return;
                }
            }
        }
    }

    private static int nesting(JsonToken token) {
        return switch (token) {
            case BEGIN_ARRAY, BEGIN_OBJECT -> 1;
            case END_ARRAY, END_OBJECT -> -1;
            default -> 0;
        };
    }

    private static boolean isTrusted(String name) {
        return name.matches("[\\w.$]+") && PACKAGES.stream().anyMatch(name::startsWith);
    }

    private static IllegalArgumentException refusal(String name) {
        return new IllegalArgumentException(
                "its configuration names the class " + name + "; only Deeplearning4j's own are read");
    }
}
