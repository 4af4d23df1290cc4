package espalier.cli;

import espalier.search.StudyException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a command is to write. */
final class Targets {
    private Targets() {}

    /**
     * The file's absolute path.
     *
     * @throws StudyException if its folder is not there, or cannot be written to
     */
    static Path checked(Path file) {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new StudyException("cannot write " + target
                    + ": its folder is not there or not writable; make it, or give" + " another --to");
        }
        return target;
    }
}
