package espalier.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes records of YAML, and goes on after a problem, so that one reading finds all of them. */
final class Binder {
    private static final int LONGEST_VALUE_SHOWN = 60;

    private final Section root;
    private final List<Problem> problems = new ArrayList<>();

    private record Problem(Place place, String text) {
        @Override
        public String toString() {
            return place + ": " + text;
        }
    }

    private Binder(Section root) {
        this.root = root;
    }

    /**
     * Returns the record that the document describes.
     *
     * @throws ConfigException with all that is wrong with it
     */
    static Record bind(Section root, YamlNode document) {
        Binder binder = new Binder(root);
        Optional<Record> bound = binder.section(root, document, "", document.place());
        return bound.filter(record -> binder.problems.isEmpty())
                .orElseThrow(() -> new ConfigException(binder.problems.stream()
                        .sorted(Comparator.comparingInt(
                                problem -> problem.place().line()))
                        .map(Problem::toString)
                        .toList()));
    }

    /** @param place of the key that the section stands under */
    private Optional<Record> section(Section section, YamlNode node, String path, Place place) {
        if (!(node instanceof YamlNode.Mapping) && !node.isNull()) {
            report(
                    place,
                    path.isEmpty() ? "the document" : path,
                    "is %s, must be %s".formatted(shown(node), section.allowed()));
            return Optional.empty();
        }
        YamlNode.Mapping mapping = node instanceof YamlNode.Mapping given ? given : YamlNode.Mapping.empty(place);
        rejectStrangers(section, mapping, path);
        Map<String, Object> values = new LinkedHashMap<>();
        for (KeySpec key : section.keys()) {
            value(key, mapping, values, path, place).ifPresent(value -> values.put(key.name(), value));
        }
        return values.size() == section.keys().size()
                ? construct(section, mapping, values, path, place)
                : Optional.empty();
    }

    private Optional<Record> construct(
            Section section, YamlNode.Mapping mapping, Map<String, Object> values, String path, Place place) {
        try {
            return Optional.of(section.construct(values));
        } catch (InvalidKeyException e) {
            report(locate(e.key(), mapping, place), join(path, e.key()), e.reason());
            return Optional.empty();
        }
    }

    private Optional<?> value(
            KeySpec key, YamlNode.Mapping mapping, Map<String, Object> siblings, String parent, Place place) {
        String path = join(parent, key.name());
        Optional<YamlNode.Entry> entry = mapping.entry(key.name());
        boolean applies = key.condition().holds(siblings);
        if (entry.isPresent() && !applies) {
            report(entry.get().place(), path, key.condition().contradiction(siblings));
            return Optional.empty();
        }
        if (entry.isPresent()) {
            return content(key, entry.get(), path);
        }
        if (applies && key.content() instanceof Section section) {
            return section(section, YamlNode.Mapping.empty(place), path, place);
        }
        if (applies && key.isRequired()) {
            if (key.condition().isDecided(siblings)) {
                report(place, path, key.refusal("missing", key.content()));
            }
            return Optional.empty();
        }
        return Optional.of(key.unset());
    }

    private Optional<?> content(KeySpec key, YamlNode.Entry entry, String path) {
        if (key.content() instanceof Section section) {
            return section(section, entry.value(), path, entry.place());
        }
        if (key.content() instanceof NamedValues named) {
            return named(key, named.value(), entry, path);
        }
        return single(key, (ValueType) key.content(), entry, path);
    }

    private Optional<?> named(KeySpec key, ValueType type, YamlNode.Entry entry, String path) {
        if (entry.value().isNull()) {
            return Optional.of(Map.of());
        }
        if (!(entry.value() instanceof YamlNode.Mapping mapping)) {
            report(entry.place(), path, key.refusal(shown(entry.value()), key.content()));
            return Optional.empty();
        }
        rejectRepeats(mapping, path);
        Map<String, Object> values = new LinkedHashMap<>();
        for (YamlNode.Entry each : mapping.entries()) {
            single(key, type, each, join(path, each.key())).ifPresent(value -> values.put(each.key(), value));
        }
        return values.size() == mapping.entries().size() ? Optional.of(values) : Optional.empty();
    }

    private Optional<Object> single(KeySpec key, ValueType type, YamlNode.Entry entry, String path) {
        Optional<Object> value = type.parse(entry.value()).filter(each -> key.accepts(type, each));
        if (value.isEmpty()) {
            String meant = entry.value() instanceof YamlNode.Scalar scalar ? meant(scalar.text(), type.words()) : "";
            report(entry.place(), path, key.refusal(shown(entry.value()), type) + meant);
        }
        return value;
    }

    private void rejectStrangers(Section section, YamlNode.Mapping mapping, String path) {
        rejectRepeats(mapping, path);
        for (YamlNode.Entry entry : mapping.entries()) {
            if (section.key(entry.key()).isEmpty()) {
                problems.add(new Problem(
                        entry.place(),
                        "key '%s' is unknown; %s".formatted(join(path, entry.key()), mend(section, entry.key()))));
            }
        }
    }

    private String mend(Section section, String stranger) {
        return Suggestion.nearest(stranger, section.names())
                .or(() -> root.paths().stream()
                        .filter(path -> path.endsWith("." + stranger))
                        .findFirst())
                .or(() -> Suggestion.nearest(stranger, root.paths()))
                .map(known -> "did you mean '%s'?".formatted(known))
                .orElseGet(() -> "known here: " + String.join(", ", section.names()));
    }

    private void rejectRepeats(YamlNode.Mapping mapping, String path) {
        Map<String, Place> seen = new HashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            Place first = seen.putIfAbsent(entry.key(), entry.place());
            if (first != null) {
                report(entry.place(), join(path, entry.key()), "is given twice, first at " + first + ": remove one");
            }
        }
    }

    private static String meant(String given, List<String> words) {
        return Suggestion.nearest(given, words)
                .map("; did you mean '%s'?"::formatted)
                .orElse("");
    }

    /** Returns the place of the deepest part of a key's path that was given. */
    private static Place locate(String key, YamlNode.Mapping mapping, Place otherwise) {
        int dot = key.indexOf('.');
        Optional<YamlNode.Entry> whole = mapping.entry(key);
        if (whole.isPresent() || dot < 0) {
            return whole.map(YamlNode.Entry::place).orElse(otherwise);
        }
        Optional<YamlNode.Entry> first = mapping.entry(key.substring(0, dot));
        return first.map(entry -> entry.value() instanceof YamlNode.Mapping nested
                        ? locate(key.substring(dot + 1), nested, entry.place())
                        : entry.place())
                .orElse(otherwise);
    }

    private void report(Place place, String path, String reason) {
        problems.add(new Problem(place, path + " " + reason));
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String shown(YamlNode node) {
        String text = node.show().replaceAll("\\s+", " ");
        return text.length() <= LONGEST_VALUE_SHOWN ? text : text.substring(0, LONGEST_VALUE_SHOWN) + "...";
    }
}
