package espalier.config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * When a key applies: always, or for some values of a sibling.
 *
 * @param sibling the name of the sibling, declared before the key; empty for always
 * @param values the sibling's values, in kebab case
 */
record Condition(String sibling, List<String> values) {
    /** Reads {@code sibling: value, value}; empty for always. */
    static Condition parse(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? new Condition("", List.of())
                : new Condition(
                        text.substring(0, colon),
                        Arrays.stream(text.substring(colon + 1).split(","))
                                .map(String::strip)
                                .toList());
    }

    boolean isAlways() {
        return sibling.isEmpty();
    }

    /** Returns whether the key applies beside these siblings; a sibling whose value is not known is taken to allow it. */
    boolean holds(Map<String, Object> siblings) {
        return !isDecided(siblings) || isAlways() || values.contains(actual(siblings));
    }

    /** Returns whether the value of the sibling is known. */
    boolean isDecided(Map<String, Object> siblings) {
        return isAlways() || siblings.containsKey(sibling);
    }

    /** Returns why a key was refused: {@code contradicts architecture lenet, applies to ... alone: ...}. */
    String contradiction(Map<String, Object> siblings) {
        return "contradicts %s %s, applies to %s alone: remove it, or change %s"
                .formatted(sibling, actual(siblings), String.join(" | ", values), sibling);
    }

    private String actual(Map<String, Object> siblings) {
        return siblings.get(sibling) instanceof Enum<?> constant ? KebabCase.of(constant) : "";
    }

    /** Returns the words of the reference: {@code architecture: resnet-cifar, vgg-bn}. */
    @Override
    public String toString() {
        return sibling + ": " + String.join(", ", values);
    }
}
