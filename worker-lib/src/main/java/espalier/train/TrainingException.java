package espalier.train;

/** Training that cannot go on: it diverged, or its time is up. The message is the reason that a trial reports. */
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TrainingException(String message) {
        super(message);
    }
}
