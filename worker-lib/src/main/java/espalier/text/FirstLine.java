package espalier.text;

/** An error of a library in one line: some have no message, others bring a stack trace along. */
public final class FirstLine {
    private FirstLine() {}

    /** The first line of an error's message, or its kind if it has none. */
    public static String of(Throwable error) {
        String kind = error.getClass().getSimpleName();
        return error.getMessage() == null
                ? kind
                : error.getMessage()
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .findFirst()
                        .orElse(kind);
    }
}
