package espalier.backend;

/** A trial that no machine could finish: those that tried it were lost, could not begin, or hang. */
public final class TrialLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message why, in one line */
    public TrialLostException(String message) {
        super(message);
    }
}
