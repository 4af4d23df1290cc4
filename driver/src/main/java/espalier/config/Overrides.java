package espalier.config;

import java.util.Map;
import java.util.Optional;

/** Puts the values of {@code --set key.path=value} flags into a document, in the place of those that it has. */
final class Overrides {
    private static final String SOURCE = "--set";
    private static final Place SOURCE_PLACE = new Place(SOURCE, 0);

    private Overrides() {}

    /**
     * Returns the document with the overrides put in. A name that no section knows is put in all the same, for the {@link Binder} to report.
     *
     * @throws ConfigException if a value is not YAML
     */
    static YamlNode apply(Section root, YamlNode document, Map<String, String> overrides) {
        YamlNode changed = document;
        for (Map.Entry<String, String> override : overrides.entrySet()) {
            YamlNode value = YamlText.parseValue(override.getValue(), SOURCE + " " + override.getKey());
            changed = put(root, changed, override.getKey(), value);
        }
        return changed;
    }

    private static YamlNode put(Content holder, YamlNode node, String path, YamlNode value) {
        if (!(node instanceof YamlNode.Mapping) && !node.isNull()) {
            return node;
        }
        YamlNode.Mapping mapping =
                node instanceof YamlNode.Mapping given ? given : YamlNode.Mapping.empty(node.place());
        int dot = path.indexOf('.');
        String name = path.substring(0, Math.max(dot, 0));
        Optional<Content> inner = inside(holder, name);
        if (inner.isPresent()) {
            YamlNode.Mapping nothing = YamlNode.Mapping.empty(mapping.place());
            YamlNode.Entry entry =
                    mapping.entry(name).orElseGet(() -> new YamlNode.Entry(name, mapping.place(), nothing));
            YamlNode changed = put(inner.get(), entry.value(), path.substring(dot + 1), value);
            return mapping.with(new YamlNode.Entry(name, entry.place(), changed));
        }
        return value.isNull() && knows(holder, path)
                ? mapping.without(path)
                : mapping.with(new YamlNode.Entry(path, SOURCE_PLACE, value));
    }

    private static boolean knows(Content holder, String name) {
        return !(holder instanceof Section section) || section.key(name).isPresent();
    }

    /** Returns what may hold further names below this one. */
    private static Optional<Content> inside(Content holder, String name) {
        return holder instanceof Section section
                ? section.key(name).map(KeySpec::content).filter(content -> !(content instanceof ValueType))
                : Optional.empty();
    }
}
