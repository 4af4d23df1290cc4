package espalier.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What makes two configurations the same study: the values of all keys that can change its results. Names and places of output cannot. */
public final class StudyFingerprint {
    private StudyFingerprint() {}

    /** Returns one line {@code key: value} for each key that can change results, sorted by key. */
    public static String canonical(StudyConfig config) {
        return values(config).entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** Returns the SHA-256 of {@link #canonical} in lower-case hexadecimal. */
    public static String of(StudyConfig config) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(canonical(config).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Returns one line {@code key: old -> new} for each key that can change results and differs; empty exactly if the fingerprints are equal. */
    public static List<String> differences(StudyConfig before, StudyConfig after) {
        Map<String, String> old = values(before);
        Map<String, String> changed = values(after);
        TreeSet<String> keys = new TreeSet<>(old.keySet());
        keys.addAll(changed.keySet());
        return keys.stream()
                .filter(key -> !old.getOrDefault(key, "").equals(changed.getOrDefault(key, "")))
                .map(key -> "%s: %s -> %s"
                        .formatted(key, old.getOrDefault(key, "(none)"), changed.getOrDefault(key, "(none)")))
                .toList();
    }

    private static SortedMap<String, String> values(StudyConfig config) {
        SortedMap<String, String> values = new TreeMap<>();
        collect(StudyConfig.KEYS, config, "", values);
        return values;
    }

    private static void collect(Section section, Record record, String prefix, Map<String, String> values) {
        section.applying(record).forEach((key, value) -> {
            String path = prefix + key.name();
            if (key.key().presentation()) {
                return;
            }
            if (key.content() instanceof Section nested) {
                collect(nested, (Record) value, path + ".", values);
            } else if (key.content() instanceof NamedValues named) {
                ((Map<?, ?>) value)
                        .forEach((name, each) -> values.put(
                                path + "." + PlainText.print((String) name),
                                named.value().print(each)));
            } else {
                values.put(path, ((ValueType) key.content()).print(value));
            }
        });
    }
}
