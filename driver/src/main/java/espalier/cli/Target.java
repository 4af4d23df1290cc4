package espalier.cli;

import espalier.file.AtomicFiles;
import espalier.search.StudyException;
import espalier.text.Credentials;
import espalier.text.FirstLine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/**
 * A file that a command is to write: a local path, or a URI of a file system that Hadoop knows.
 *
 * @param file its full address
 */
record Target(org.apache.hadoop.fs.Path file, AtomicFiles files) {

    /**
     * Looks at a target before anything is spent.
     *
     * @throws StudyException if its folder is not there, or cannot be written to
     */
    static Target of(String name) {
        Configuration hadoop = SparkSessions.hadoop();
        boolean isLocal = !name.contains(":/");
        org.apache.hadoop.fs.Path file = isLocal
                ? new org.apache.hadoop.fs.Path(Path.of(name).toAbsolutePath().toUri())
                : new org.apache.hadoop.fs.Path(URI.create(name));
        Credentials.refusal(name).ifPresent(refusal -> {
            throw new StudyException("--to " + refusal);
        });
        try {
            Target target = new Target(file, AtomicFiles.on(file, hadoop));
            org.apache.hadoop.fs.Path folder = file.getParent();
            boolean isThere = folder != null && file.getFileSystem(hadoop).exists(folder);
            if (!isThere || (isLocal && !Files.isWritable(Path.of(folder.toUri())))) {
                throw new StudyException("cannot write " + target
                        + ": its folder is not there or not writable; make it, or give another --to");
            }
            return target;
        } catch (IOException e) {
            throw new StudyException("cannot write " + name + " (" + FirstLine.withKind(e) + "); give another --to");
        }
    }

    boolean endsWith(String ending) {
        return file.getName().toLowerCase(Locale.ROOT).endsWith(ending);
    }

    /** Writes all of it or nothing. */
    void write(byte[] content) throws IOException {
        files.replace(file, content);
    }

    @Override
    public String toString() {
        return "file".equals(file.toUri().getScheme()) ? file.toUri().getPath() : file.toString();
    }
}
