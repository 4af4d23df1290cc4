package espalier.config;

import java.util.Map;
import java.util.Objects;

/**
 * One key of a section, as its annotation declares it.
 *
 * @param otherwise the default; null in the sense of YAML if there is none
 */
record KeySpec(String name, Key key, YamlNode otherwise, Condition condition, Content content) {
    /** Returns whether the key must be given wherever it applies. */
    boolean isRequired() {
        return otherwise.isNull() && content instanceof ValueType;
    }

    /** Returns the value that the key takes where it is not given: its default, or a blank one if it has none. */
    Object unset() {
        if (content instanceof Section section) {
            return section.defaults();
        }
        if (content instanceof ValueType type) {
            return otherwise.isNull() ? type.blank() : parsedDefault(type);
        }
        return Map.of();
    }

    private Object parsedDefault(ValueType type) {
        return type.parse(otherwise)
                .orElseThrow(() -> new IllegalStateException(
                        "default of %s is %s, must be %s".formatted(name, otherwise.show(), type.allowed())));
    }

    /**
     * Checks the value of this key.
     *
     * @param siblings the values of its section, this one among them
     */
    void check(Map<String, Object> siblings) {
        Object value = Objects.requireNonNull(siblings.get(name));
        if (!condition.holds(siblings)) {
            if (!value.equals(unset())) {
                throw new InvalidKeyException(name, condition.contradiction(siblings));
            }
        } else if (content instanceof ValueType type && !accepts(type, value)) {
            throw new InvalidKeyException(name, refusal(type.print(value), type));
        } else if (content instanceof NamedValues named) {
            ((Map<?, ?>) value).forEach((word, each) -> {
                if (!named.value().accepts(each)) {
                    throw new InvalidKeyException(
                            name + "." + word, refusal(named.value().print(each), named.value()));
                }
            });
        }
    }

    /** Returns whether a value of the right type is allowed; a default always is, such as 0 for "all" where the range begins at 1. */
    boolean accepts(ValueType type, Object value) {
        return type.accepts(value) || (!isRequired() && value.equals(unset()));
    }

    /** Returns what is wrong with a value: {@code is 1.5, must be a number in (0, 1]: share of ...}. */
    String refusal(String shown, Content expected) {
        return "is %s, must be %s: %s".formatted(shown, expected.allowed(), key.doc());
    }
}
