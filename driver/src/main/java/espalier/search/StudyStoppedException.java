package espalier.search;

/** A study that was told to stop before its end. */
public final class StudyStoppedException extends StudyFailedException {
    private static final long serialVersionUID = 1L;

    StudyStoppedException() {
        super("stopped; what is done is kept: run the same command again to go on");
    }
}
