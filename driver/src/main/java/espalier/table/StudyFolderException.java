package espalier.table;

import espalier.text.FirstLine;

/** A study's folder cannot be used. The message is one line: what is wrong, where, and the mend. */
public final class StudyFolderException extends RuntimeException {
    public StudyFolderException(String message) {
        super(message);
    }

    public StudyFolderException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What a failure says, in one line. */
    static String reason(Throwable failure) {
        return failure instanceof StudyFolderException ? FirstLine.of(failure) : FirstLine.withKind(failure);
    }
}
