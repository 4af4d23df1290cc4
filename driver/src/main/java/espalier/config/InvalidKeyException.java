package espalier.config;

/** A key whose value is not allowed, alone or beside the values of other keys; thrown by the records, which do not know the file. */
final class InvalidKeyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String reason;

    /**
     * @param key the key, relative to the section that throws: {@code depth}, or {@code retrain.candidates}
     * @param reason what follows the key's name in the message: {@code is 9, must be ...}
     */
    InvalidKeyException(String key, String reason) {
        super(key + " " + reason);
        this.key = key;
        this.reason = reason;
    }

    String key() {
        return key;
    }

    String reason() {
        return reason;
    }
}
