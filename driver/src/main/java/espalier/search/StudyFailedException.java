package espalier.search;

/** A study that was right but could not be finished; the message is one line. What is done stays done. */
public class StudyFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StudyFailedException(String message) {
        super(message);
    }
}
