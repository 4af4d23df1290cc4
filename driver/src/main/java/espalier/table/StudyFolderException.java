package espalier.table;

/** A study's folder cannot be used. The message is one line: what is wrong, where, and the mend. */
public final class StudyFolderException extends RuntimeException {
    public StudyFolderException(String message) {
        super(message);
    }

    public StudyFolderException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What a failure says, in one line. File systems often say nothing but the path, so the kind of failure comes first. */
    static String reason(Throwable failure) {
        return failure instanceof StudyFolderException
                ? firstLine(failure)
                : failure.getClass().getSimpleName().replace("Exception", "") + ": " + firstLine(failure);
    }

    /** The first line of what a failure says. */
    static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? "" : message.strip().lines().findFirst().orElse("");
    }
}
