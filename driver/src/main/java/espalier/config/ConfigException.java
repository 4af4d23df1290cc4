package espalier.config;

import java.util.List;

/** A configuration that cannot be used. The message holds one line per problem: {@code file:line: key is value, must be ...}. */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    ConfigException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    static ConfigException of(Place place, String problem) {
        return new ConfigException(List.of(place + ": " + problem));
    }

    /** Returns every problem that was found, each one line, those of {@code --set} first, then by line of the file. */
    public List<String> problems() {
        return problems;
    }
}
