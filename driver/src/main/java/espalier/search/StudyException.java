package espalier.search;

/** A study that cannot start or go on; the message is one line that names the thing and the mend. */
public final class StudyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StudyException(String message) {
        super(message);
    }
}
