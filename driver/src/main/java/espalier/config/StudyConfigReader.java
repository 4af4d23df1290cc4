package espalier.config;

import java.nio.file.Path;
import java.util.Map;

/**
 * Reads the configuration of a study. A value is taken from the first of these that has it: an override ({@code --set}), the file, the default.
 *
 * <p>An override is a full key with a value in YAML, such as {@code search.mcb-grid} with {@code [0.9, 1.0]}; an empty value puts the key back to
 * its default.
 */
public final class StudyConfigReader {
    private StudyConfigReader() {}

    /**
     * Reads a file.
     *
     * @throws ConfigException with one line per problem: the file cannot be read, is not YAML, or has keys or values that are not allowed
     */
    public static StudyConfig read(Path file) {
        return read(file, Map.of());
    }

    /**
     * Reads a file beneath overrides.
     *
     * @throws ConfigException with one line per problem of the file or of the overrides
     */
    public static StudyConfig read(Path file, Map<String, String> overrides) {
        return read(ConfigFile.text(file), file.toString(), overrides);
    }

    /**
     * Reads a text beneath overrides.
     *
     * @param fileName the name that problems carry
     * @throws ConfigException with one line per problem of the text or of the overrides
     */
    public static StudyConfig read(String text, String fileName, Map<String, String> overrides) {
        YamlNode document = YamlText.parseFile(text, fileName);
        if (document.isNull()) {
            throw ConfigException.of(
                    new Place(fileName, 0),
                    "is empty, must hold at least the keys " + String.join(", ", StudyConfig.KEYS.mandatory()));
        }
        return (StudyConfig) Binder.bind(StudyConfig.KEYS, Overrides.apply(StudyConfig.KEYS, document, overrides));
    }
}
