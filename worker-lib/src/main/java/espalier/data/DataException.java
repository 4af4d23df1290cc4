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
}
