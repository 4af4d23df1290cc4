package espalier.file;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The few file operations that a study needs, each of which happens as a whole or not at all. */
public interface AtomicFiles {

    /** The operations for the file system that a path lies on. */
    static AtomicFiles on(Path path, Configuration hadoop) throws IOException {
        FileSystem system = path.getFileSystem(hadoop);
        return "file".equals(system.getUri().getScheme()) ? new LocalFiles() : new HadoopFiles(system, hadoop);
    }

    /** Writes a file that must not exist yet. Of several processes that try at once, one gets true. */
    boolean createNew(Path file, byte[] content) throws IOException;

    /** Writes a file with its folders; a reader sees the old content or the new one, never a part. */
    void replace(Path file, byte[] content) throws IOException;

    /** The content of a file, or nothing where there is none. */
    Optional<byte[]> read(Path file) throws IOException;

    /** The first symbolic link on the way from a folder to a file inside of it, if there is one: it may lead out of the folder. */
    Optional<String> linkBetween(Path folder, Path file);

    /** Deletes a file; one that is gone already is fine. */
    void delete(Path file) throws IOException;
}
