package espalier.text;

/** An error of a library in one line, without secrets: some have no message, others bring a stack trace along. */
public final class FirstLine {
    private FirstLine() {}

    /** The same with the kind of error in front: file systems often say nothing but a path. */
    public static String withKind(Throwable error) {
        String kind = kind(error);
        String line = of(error);
        return line.equals(kind) ? kind : kind + ": " + line;
    }

    /** The first line of an error's message, or its kind if it has none. */
    public static String of(Throwable error) {
        String kind = kind(error);
        return error.getMessage() == null
                ? kind
                : Credentials.hiddenIn(error.getMessage())
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .findFirst()
                        .orElse(kind);
    }

    private static String kind(Throwable error) {
        return error.getClass().getSimpleName();
    }
}
