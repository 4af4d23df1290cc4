package espalier.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Writes a configuration as YAML: every key that applies, in the order of the declaration, with its value. {@link StudyConfigReader} reads an
 * equal configuration back.
 */
public final class StudyConfigWriter {
    /** The first line of every configuration: it lets editors check and complete the keys, if the schema lies beside the file. */
    static final String SCHEMA_LINE = "# yaml-language-server: $schema=" + StudyConfigSchema.FILE_NAME + "\n";

    private static final String INDENT = "  ";
    private static final Pattern LINE_BREAK = Pattern.compile("\\R");
    private static final Pattern UNPRINTABLE = Pattern.compile("\\p{Cc}");

    private final StringBuilder yaml = new StringBuilder(SCHEMA_LINE);

    private StudyConfigWriter() {}

    /**
     * Returns the configuration as YAML.
     *
     * @param header lines to put on top as comments, such as the evidence for a refined space
     */
    public static String write(StudyConfig config, List<String> header) {
        return new StudyConfigWriter().document(config, header);
    }

    private String document(StudyConfig config, List<String> header) {
        header.stream()
                .flatMap(LINE_BREAK::splitAsStream)
                .map(line -> "# " + UNPRINTABLE.matcher(line).replaceAll(" "))
                .forEach(line -> yaml.append(line.stripTrailing()).append('\n'));
        section(StudyConfig.KEYS, config, "");
        return yaml.toString();
    }

    private void section(Section section, Record record, String indent) {
        section.applying(record).forEach((key, value) -> {
            yaml.append(indent).append(key.name()).append(':');
            content(key.content(), value, indent);
        });
    }

    private void content(Content content, Object value, String indent) {
        if (content instanceof Section section) {
            yaml.append('\n');
            section(section, (Record) value, indent + INDENT);
        } else if (content instanceof NamedValues named) {
            Map<?, ?> values = (Map<?, ?>) value;
            yaml.append(values.isEmpty() ? " {}\n" : "\n");
            values.forEach((name, each) -> {
                yaml.append(indent)
                        .append(INDENT)
                        .append(PlainText.print((String) name))
                        .append(':');
                content(named.value(), each, indent);
            });
        } else {
            yaml.append(' ').append(((ValueType) content).print(value)).append('\n');
        }
    }
}
