package espalier.file;

import espalier.data.FileSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Files on whatever file system Hadoop knows; a path without a scheme is on the default one. */
public final class HadoopFileSource implements FileSource {
    private final Configuration hadoop;

    public HadoopFileSource(Configuration hadoop) {
        this.hadoop = hadoop;
    }

    @Override
    public InputStream open(String path) throws IOException {
        try {
            Path file = new Path(path);
            return file.getFileSystem(hadoop).open(file);
        } catch (FileNotFoundException e) {
            throw new NoSuchFileException(path);
        }
    }

    @Override
    public boolean exists(String path) throws IOException {
        Path file = new Path(path);
        return file.getFileSystem(hadoop).exists(file);
    }
}
