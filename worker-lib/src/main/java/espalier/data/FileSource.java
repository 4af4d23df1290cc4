package espalier.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where files are read from: the local disk, or any other file system behind the same two questions. */
public interface FileSource {
    /**
     * Opens a file; the caller closes it.
     *
     * @throws IOException if the file does not exist or cannot be read
     */
    InputStream open(String path) throws IOException;

    boolean exists(String path) throws IOException;

    /** The local disk; paths are absolute, or relative to the working directory. */
    static FileSource local() {
        return new FileSource() {
            @Override
            public InputStream open(String path) throws IOException {
                return Files.newInputStream(Path.of(path));
            }

            @Override
            public boolean exists(String path) {
                return Files.isRegularFile(Path.of(path));
            }
        };
    }
}
