package espalier.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The type of a single value: how it is read, checked, printed and described. What {@link #print} prints, {@link #parse} reads. */
sealed interface ValueType extends Content {
    /**
     * Returns the type of a component.
     *
     * @param allowed the range of its numbers, or the pattern of its text
     * @param repeats whether a list may hold a value more than once
     */
    static ValueType of(Type type, String allowed, boolean repeats) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return new ListOf(of(list.getActualTypeArguments()[0], allowed, false), repeats);
        }
        if (type instanceof Class<?> plain && plain.isEnum()) {
            return new Choice(plain);
        }
        return switch (type.getTypeName()) {
            case "java.lang.String" -> new Text(allowed);
            case "int", "java.lang.Integer" -> new Whole(Integer.SIZE, Range.parse(allowed));
            case "long" -> new Whole(Long.SIZE, Range.parse(allowed));
            case "double", "java.lang.Double" -> new Real(Range.parse(allowed));
            case "boolean" -> new Flag();
            case "espalier.config.Band" -> new Interval(Range.parse(allowed));
            default -> throw new IllegalStateException("no key can be of type " + type);
        };
    }

    /** Returns the value that the node holds, or nothing if it has another type; ranges are left to {@link #accepts}. */
    Optional<Object> parse(YamlNode node);

    boolean accepts(Object value);

    /** Returns the value as YAML on one line. */
    String print(Object value);

    /** Returns the value of a key that does not apply and has no default. */
    default Object blank() {
        throw new IllegalStateException("no value stands for none in " + this + ": give the key a default");
    }

    /** Returns the JSON Schema of what is allowed. */
    ObjectNode jsonSchema();

    /** Returns the words that a misspelt value may have meant. */
    default List<String> words() {
        return List.of();
    }

    /** Text that matches a pattern; without one, any that is not blank. */
    record Text(String pattern) implements ValueType {
        @Override
        public Optional<Object> parse(YamlNode node) {
            return node instanceof YamlNode.Scalar scalar && !scalar.isNull()
                    ? Optional.of(scalar.text())
                    : Optional.empty();
        }

        @Override
        public boolean accepts(Object value) {
            String text = (String) value;
            return pattern.isEmpty()
                    ? !text.isBlank() && text.chars().noneMatch(Character::isISOControl)
                    : text.matches(pattern);
        }

        @Override
        public String print(Object value) {
            return PlainText.print((String) value);
        }

        @Override
        public Object blank() {
            return "";
        }

        @Override
        public String allowed() {
            return pattern.isEmpty() ? "one line of text" : "text that matches " + pattern;
        }

        @Override
        public ObjectNode jsonSchema() {
            ObjectNode schema = schema("string");
            return pattern.isEmpty() ? schema.put("minLength", 1) : schema.put("pattern", "^" + pattern + "$");
        }
    }

    /** A whole number of 32 bits ({@code int}) or 64 ({@code long}). */
    record Whole(int bits, Range range) implements ValueType {
        private static final Pattern NOTATION = Pattern.compile("[-+]?(0|[1-9][0-9]*)");

        @Override
        public Optional<Object> parse(YamlNode node) {
            try {
                return number(node, NOTATION)
                        .map(text -> bits == 32 ? (Object) Integer.valueOf(text) : Long.valueOf(text));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }

        @Override
        public boolean accepts(Object value) {
            return range.contains(((Number) value).doubleValue());
        }

        @Override
        public String print(Object value) {
            return value.toString();
        }

        @Override
        public Object blank() {
            return bits == 32 ? (Object) 0 : 0L;
        }

        @Override
        public String allowed() {
            return "a whole number in " + range;
        }

        @Override
        public ObjectNode jsonSchema() {
            return range.describe(schema("integer"));
        }
    }

    /** A number that need not be whole. */
    record Real(Range range) implements ValueType {
        private static final Pattern NOTATION =
                Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?\\.inf");

        @Override
        public Optional<Object> parse(YamlNode node) {
            return number(node, NOTATION).map(text -> Double.valueOf(text.replace(".inf", "Infinity")));
        }

        @Override
        public boolean accepts(Object value) {
            return range.contains((Double) value);
        }

        @Override
        public String print(Object value) {
            return Decimal.shortest((Double) value);
        }

        @Override
        public Object blank() {
            return 0.0;
        }

        @Override
        public String allowed() {
            return "a number in " + range;
        }

        @Override
        public ObjectNode jsonSchema() {
            return range.describe(schema("number"));
        }
    }

    /** True or false, in these words alone: YAML's other words for them ({@code yes}, {@code off}) differ between its versions. */
    record Flag() implements ValueType {
        @Override
        public Optional<Object> parse(YamlNode node) {
            return number(node, Pattern.compile("true|false")).map(Boolean::valueOf);
        }

        @Override
        public boolean accepts(Object value) {
            return true;
        }

        @Override
        public String print(Object value) {
            return value.toString();
        }

        @Override
        public List<String> words() {
            return List.of("true", "false");
        }

        @Override
        public String allowed() {
            return "true or false";
        }

        @Override
        public ObjectNode jsonSchema() {
            return schema("boolean");
        }
    }

    /** One constant of an enumeration, in kebab case. */
    record Choice(Class<?> type) implements ValueType {
        @Override
        public Optional<Object> parse(YamlNode node) {
            return constants()
                    .filter(constant -> node instanceof YamlNode.Scalar scalar
                            && scalar.text().equals(print(constant)))
                    .findFirst();
        }

        @Override
        public boolean accepts(Object value) {
            return true;
        }

        @Override
        public String print(Object value) {
            return KebabCase.of((Enum<?>) value);
        }

        @Override
        public List<String> words() {
            return constants().map(this::print).toList();
        }

        @Override
        public String allowed() {
            return "one of " + String.join(" | ", words());
        }

        @Override
        public ObjectNode jsonSchema() {
            ObjectNode schema = JsonNodeFactory.instance.objectNode();
            words().forEach(schema.putArray("enum")::add);
            return schema;
        }

        private Stream<Object> constants() {
            return Arrays.stream(type.getEnumConstants());
        }
    }

    /** A {@link Band}; the range holds for both of its ends. */
    record Interval(Range range) implements ValueType {
        @Override
        public Optional<Object> parse(YamlNode node) {
            if (!(node instanceof YamlNode.Sequence sequence)
                    || sequence.items().size() != 2) {
                return Optional.empty();
            }
            ValueType end = new Real(range);
            return end.parse(sequence.items().get(0))
                    .flatMap(low -> end.parse(sequence.items().get(1))
                            .filter(high -> (Double) low <= (Double) high)
                            .map(high -> new Band((Double) low, (Double) high)));
        }

        @Override
        public boolean accepts(Object value) {
            Band band = (Band) value;
            return range.contains(band.low()) && range.contains(band.high());
        }

        @Override
        public String print(Object value) {
            return value.toString();
        }

        @Override
        public String allowed() {
            return "[low, high] with low <= high, both in " + range;
        }

        @Override
        public ObjectNode jsonSchema() {
            ObjectNode schema = schema("array").put("minItems", 2).put("maxItems", 2);
            schema.set("items", new Real(range).jsonSchema());
            return schema;
        }
    }

    /** A list, with or without repeats. */
    record ListOf(ValueType item, boolean repeats) implements ValueType {
        @Override
        public Optional<Object> parse(YamlNode node) {
            if (!(node instanceof YamlNode.Sequence sequence)) {
                return Optional.empty();
            }
            List<Object> values = sequence.items().stream()
                    .flatMap(each -> item.parse(each).stream())
                    .toList();
            return values.size() == sequence.items().size() ? Optional.of(values) : Optional.empty();
        }

        @Override
        public boolean accepts(Object value) {
            List<?> values = (List<?>) value;
            return !values.isEmpty()
                    && values.stream().allMatch(item::accepts)
                    && (repeats || new HashSet<>(values).size() == values.size());
        }

        @Override
        public String print(Object value) {
            return ((List<?>) value).stream().map(item::print).collect(Collectors.joining(", ", "[", "]"));
        }

        @Override
        public Object blank() {
            return List.of();
        }

        @Override
        public String allowed() {
            return "a list [...]" + (repeats ? "" : " without repeats") + ", each " + item.allowed();
        }

        @Override
        public ObjectNode jsonSchema() {
            ObjectNode schema = schema("array").put("minItems", 1).put("uniqueItems", !repeats);
            schema.set("items", item.jsonSchema());
            return schema;
        }
    }

    private static Optional<String> number(YamlNode node, Pattern notation) {
        return node instanceof YamlNode.Scalar scalar
                        && !scalar.quoted()
                        && notation.matcher(scalar.text()).matches()
                ? Optional.of(scalar.text())
                : Optional.empty();
    }

    private static ObjectNode schema(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
