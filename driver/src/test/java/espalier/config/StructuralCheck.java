package espalier.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Checks YAML against the part of JSON Schema that the generated schema uses; a keyword that is not known here is an error. */
final class StructuralCheck {
    private static final Set<String> ANNOTATIONS = Set.of("$schema", "title", "description", "default", "then", "else");

    private final List<String> problems = new ArrayList<>();

    private StructuralCheck() {}

    static List<String> problems(JsonNode schema, String yaml) {
        Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        StructuralCheck check = new StructuralCheck();
        check.check(schema, new JsonMapper().valueToTree(loaded), "$");
        return check.problems;
    }

    private void check(JsonNode schema, JsonNode value, String path) {
        if (schema.isBoolean()) {
            require(schema.asBoolean(), path, "false");
            return;
        }
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            check(keyword.getKey(), keyword.getValue(), schema, value, path);
        }
    }

    private void check(String keyword, JsonNode limit, JsonNode schema, JsonNode value, String path) {
        switch (keyword) {
            case "type" ->
                require(
                        types(limit).contains(type(value))
                                || (types(limit).contains("number")
                                        && type(value).equals("integer")),
                        path,
                        keyword);
            case "enum" -> require(contains(limit, value), path, keyword);
            case "required" ->
                limit.forEach(name -> require(!value.isObject() || value.has(name.asText()), path, "required"));
            case "pattern" -> require(!value.isTextual() || value.asText().matches(limit.asText()), path, keyword);
            case "minLength" -> require(!value.isTextual() || value.asText().length() >= limit.asInt(), path, keyword);
            case "minItems" -> require(!value.isArray() || value.size() >= limit.asInt(), path, keyword);
            case "maxItems" -> require(!value.isArray() || value.size() <= limit.asInt(), path, keyword);
            case "uniqueItems" -> require(!value.isArray() || isUnique(value), path, keyword);
            case "minimum" -> require(!value.isNumber() || value.asDouble() >= limit.asDouble(), path, keyword);
            case "maximum" -> require(!value.isNumber() || value.asDouble() <= limit.asDouble(), path, keyword);
            case "exclusiveMinimum" -> require(!value.isNumber() || value.asDouble() > limit.asDouble(), path, keyword);
            case "exclusiveMaximum" -> require(!value.isNumber() || value.asDouble() < limit.asDouble(), path, keyword);
            case "items" -> value.forEach(item -> check(limit, item, path + "[]"));
            case "properties" ->
                limit.properties().stream()
                        .filter(each -> value.has(each.getKey()))
                        .forEach(each -> check(each.getValue(), value.get(each.getKey()), path + "." + each.getKey()));
            case "additionalProperties" ->
                value.properties().stream()
                        .filter(each -> !schema.path("properties").has(each.getKey()))
                        .forEach(each -> check(limit, each.getValue(), path + "." + each.getKey()));
            case "allOf" -> limit.forEach(each -> check(each, value, path));
            case "if" -> {
                StructuralCheck condition = new StructuralCheck();
                condition.check(limit, value, path);
                JsonNode branch = schema.path(condition.problems.isEmpty() ? "then" : "else");
                if (!branch.isMissingNode()) {
                    check(branch, value, path);
                }
            }
            default -> require(ANNOTATIONS.contains(keyword), path, "unknown keyword " + keyword);
        }
    }

    private void require(boolean holds, String path, String keyword) {
        if (!holds) {
            problems.add(path + ": " + keyword);
        }
    }

    private static Set<String> types(JsonNode type) {
        Set<String> types = new TreeSet<>();
        if (type.isTextual()) {
            types.add(type.asText());
        }
        type.forEach(each -> types.add(each.asText()));
        return types;
    }

    private static String type(JsonNode value) {
        return value.isIntegralNumber()
                ? "integer"
                : switch (value.getNodeType()) {
                    case OBJECT -> "object";
                    case ARRAY -> "array";
                    case STRING -> "string";
                    case NUMBER -> "number";
                    case BOOLEAN -> "boolean";
                    default -> "null";
                };
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        Iterator<JsonNode> each = values.elements();
        while (each.hasNext()) {
            if (each.next().equals(value)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUnique(JsonNode values) {
        Set<JsonNode> seen = new HashSet<>();
        values.forEach(seen::add);
        return seen.size() == values.size();
    }
}
