package espalier.data;

/**
 * Data that is missing, damaged or not what was asked for. The message is one line: where, what was found, what was
 * expected and how to mend it.
 */
public final class DataException extends RuntimeException {
    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The kind and the first line of a cause: some causes have no message, others bring a stack trace along. */
    static String describe(Throwable cause) {
        String message = cause.getMessage();
        String kind = cause.getClass().getSimpleName();
        return message == null || message.isBlank()
                ? kind
                : kind + ": " + message.lines().findFirst().orElse("").strip();
    }
}
