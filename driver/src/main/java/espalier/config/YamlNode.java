package espalier.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a YAML document says, with the place of each part. Scalars stay text: only the key that holds one knows its type. */
sealed interface YamlNode {
    Place place();

    /** Returns the value as it would be typed, on one line. */
    String show();

    /** Returns whether nothing was given: no text at all, {@code ~} or {@code null}. */
    default boolean isNull() {
        return false;
    }

    /** One {@code key: value}; its place is the key's. */
    record Entry(String key, Place place, YamlNode value) {}

    /**
     * One word, number or text.
     *
     * @param quoted whether the text stood in quotes, or in a block, and so is text whatever it looks like
     */
    record Scalar(String text, boolean quoted, Place place) implements YamlNode {
        @Override
        public boolean isNull() {
            return !quoted && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }

        @Override
        public String show() {
            return quoted ? PlainText.quoted(text) : isNull() ? "empty" : text;
        }
    }

    record Sequence(List<YamlNode> items, Place place) implements YamlNode {
        @Override
        public String show() {
            return items.stream().map(YamlNode::show).collect(Collectors.joining(", ", "[", "]"));
        }
    }

    record Mapping(List<Entry> entries, Place place) implements YamlNode {
        static Mapping empty(Place place) {
            return new Mapping(List.of(), place);
        }

        Optional<Entry> entry(String key) {
            return entries.stream().filter(entry -> entry.key().equals(key)).findFirst();
        }

        /** Returns this mapping with one entry put in, in the place of the first with the same key. */
        Mapping with(Entry added) {
            List<Entry> changed = new ArrayList<>(entries);
            int index = entry(added.key()).map(entries::indexOf).orElse(entries.size());
            changed.subList(index, Math.min(index + 1, changed.size())).clear();
            changed.add(index, added);
            return new Mapping(changed, place);
        }

        Mapping without(String key) {
            return new Mapping(
                    entries.stream().filter(entry -> !entry.key().equals(key)).toList(), place);
        }

        @Override
        public String show() {
            return entries.stream()
                    .map(entry -> entry.key() + ": " + entry.value().show())
                    .collect(Collectors.joining(", ", "{", "}"));
        }
    }
}
