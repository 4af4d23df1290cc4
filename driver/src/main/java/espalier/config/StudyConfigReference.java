package espalier.config;

import java.util.stream.Collectors;

/** The reference page of the configuration file, in Markdown: each key with what is allowed, its default and its meaning. */
public final class StudyConfigReference {
    private static final String INTRODUCTION = """
            # Configuration

            One YAML file describes one study. The tables below list every key; they are generated from the declarations that the program itself reads
            with, so they cannot differ from it. Examples to begin with: `conf/quickstart.yaml`, `conf/fashion-mnist.yaml`.

            - A value comes from the first of these that has it: a flag `--set key.path=value`, the file, the default.
            - The value of a flag is YAML: `--set search.rounds=3`, `--set 'space.mcb=[0.9, 1.1]'`. An empty value puts the key back to its default.
            - A key that is unknown, given twice, out of range, or useless beside another is an error. All errors of a file are reported at once, each
              with its file and line.
            - A section without required keys may be left out.
            - A study goes on where it stopped if its configuration is the same. The keys %s may differ; any other makes another study.
            - A band is a list `[low, high]` of two numbers, both included; `.inf` stands for infinity.
            - In names of channel groups `*` stands for any characters and `?` for one. Put a name that begins with `*` in quotes.
            - `(0, 1]` means: greater than 0, and at most 1.
            - With `# yaml-language-server: $schema=%s` in its first line, editors check the file as it is typed.
            """;

    private final StringBuilder page = new StringBuilder();

    private StudyConfigReference() {}

    /** Returns the page. */
    public static String text() {
        StudyConfigReference reference = new StudyConfigReference();
        reference.page.append(INTRODUCTION.formatted(presentation(), StudyConfigSchema.FILE_NAME));
        reference.section(StudyConfig.KEYS, "", "The study");
        return reference.page.toString();
    }

    private void section(Section section, String prefix, String meaning) {
        page.append("\n## ")
                .append(prefix.isEmpty() ? meaning : "`" + prefix.substring(0, prefix.length() - 1) + "`: " + meaning);
        page.append("\n\n| key | allowed | default | meaning |\n|---|---|---|---|\n");
        section.keys().stream()
                .filter(key -> !(key.content() instanceof Section))
                .forEach(key -> row(key));
        section.keys().forEach(key -> {
            if (key.content() instanceof Section nested) {
                section(nested, prefix + key.name() + ".", key.key().doc() + scope(key));
            }
        });
    }

    private void row(KeySpec key) {
        String otherwise = key.isRequired()
                ? "required"
                : "`" + (key.content() instanceof ValueType type ? type.print(key.unset()) : "{}") + "`";
        page.append("| `%s` | %s | %s | %s |\n"
                .formatted(
                        key.name(),
                        cell(key.content().allowed()),
                        otherwise,
                        cell(key.key().doc() + scope(key))));
    }

    private static String presentation() {
        return StudyConfig.KEYS.keys().stream()
                .filter(key -> key.key().presentation())
                .map(key -> "`" + key.name() + "`")
                .collect(Collectors.joining(", "));
    }

    private static String scope(KeySpec key) {
        return key.condition().isAlways() ? "" : " (only for " + key.condition() + ")";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("*", "\\*");
    }
}
