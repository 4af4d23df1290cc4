package espalier.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * The JSON Schema (draft 2020-12) of the configuration file. Editors complete and check keys with it; what one value means for another beyond
 * "this key is for that format" is left to {@link StudyConfigReader}.
 */
public final class StudyConfigSchema {
    /** The name of the file that holds the schema. */
    public static final String FILE_NAME = "espalier.schema.json";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** What stands in the way of an empty default. */
    private static final List<String> LEAST_SIZES = List.of("minLength", "minItems");

    private StudyConfigSchema() {}

    /** Returns the schema as JSON text. */
    public static String text() {
        ObjectNode schema = JSON.objectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("title", "Configuration of an Espalier study");
        schema.setAll(section(StudyConfig.KEYS));
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        try {
            return new JsonMapper()
                            .writer(new DefaultPrettyPrinter().withObjectIndenter(indenter))
                            .writeValueAsString(schema)
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree always has a text", e);
        }
    }

    private static ObjectNode section(Section section) {
        ObjectNode schema = JSON.objectNode();
        List<String> mandatory = section.mandatory();
        if (mandatory.isEmpty()) {
            schema.putArray("type").add("object").add("null");
        } else {
            schema.put("type", "object");
            mandatory.forEach(schema.putArray("required")::add);
        }
        ObjectNode properties = schema.putObject("properties");
        section.keys().forEach(key -> properties.set(key.name(), property(key)));
        section.keys().stream().filter(key -> !key.condition().isAlways()).forEach(key -> schema.withArray("allOf")
                .add(condition(key, section)));
        return schema.put("additionalProperties", false);
    }

    private static ObjectNode property(KeySpec key) {
        ObjectNode schema = JSON.objectNode().put("description", key.key().doc());
        if (key.content() instanceof Section section) {
            return schema.setAll(section(section));
        }
        if (key.content() instanceof NamedValues named) {
            schema.putArray("type").add("object").add("null");
            return schema.set("additionalProperties", named.value().jsonSchema());
        }
        ValueType type = (ValueType) key.content();
        schema.setAll(type.jsonSchema());
        if (key.isRequired()) {
            return schema;
        }
        if (!type.accepts(key.unset())) {
            schema.remove(LEAST_SIZES);
        }
        json(key.unset()).ifPresent(json -> schema.set("default", json));
        return schema;
    }

    /** Returns: if the sibling has one of the values, then the key must be given, unless it has a default; else it must not. */
    private static ObjectNode condition(KeySpec key, Section section) {
        Condition condition = key.condition();
        KeySpec sibling = section.key(condition.sibling()).orElseThrow();
        ObjectNode schema = JSON.objectNode();
        ObjectNode test = schema.putObject("if");
        condition
                .values()
                .forEach(test.withObject("/properties")
                        .withObject("/" + sibling.name())
                        .putArray("enum")::add);
        if (!condition.values().contains(sibling.otherwise().show())) {
            test.putArray("required").add(sibling.name());
        }
        if (key.isRequired()) {
            schema.putObject("then").putArray("required").add(key.name());
        }
        schema.putObject("else").putObject("properties").put(key.name(), false);
        return schema;
    }

    /** Returns the value as JSON, which has no infinity. */
    private static Optional<JsonNode> json(Object value) {
        if (value instanceof Double real) {
            return Double.isInfinite(real)
                    ? Optional.empty()
                    : Optional.of(JSON.numberNode(new BigDecimal(Decimal.shortest(real))));
        }
        if (value instanceof Number whole) {
            return Optional.of(JSON.numberNode(whole.longValue()));
        }
        if (value instanceof Boolean flag) {
            return Optional.of(JSON.booleanNode(flag));
        }
        if (value instanceof Band band) {
            return json(List.of(band.low(), band.high()));
        }
        if (value instanceof List<?> values) {
            List<JsonNode> items =
                    values.stream().flatMap(each -> json(each).stream()).toList();
            return items.size() == values.size() ? Optional.of(JSON.arrayNode().addAll(items)) : Optional.empty();
        }
        return Optional.of(
                JSON.textNode(value instanceof Enum<?> constant ? KebabCase.of(constant) : value.toString()));
    }
}
