package espalier.onednn;

/** A network, or a machine, that cannot be compiled; the message says why. */
public final class UnsupportedNetworkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedNetworkException(String message) {
        super(message);
    }

    UnsupportedNetworkException(String message, Throwable cause) {
        super(message, cause);
    }
}
