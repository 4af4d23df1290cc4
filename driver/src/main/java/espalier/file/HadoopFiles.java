package espalier.file;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/** Files on HDFS and its kin; as atomic as the file system's own create and rename. */
final class HadoopFiles implements AtomicFiles {
    private final FileSystem system;
    private final Configuration hadoop;

    HadoopFiles(FileSystem system, Configuration hadoop) {
        this.system = system;
        this.hadoop = hadoop;
    }

    @Override
    public boolean createNew(Path file, byte[] content) throws IOException {
        FSDataOutputStream out;
        try {
            out = system.create(file, false);
        } catch (IOException e) {
            if (system.exists(file)) {
                return false;
            }
            throw e;
        }
        // From here on the file is ours, and there: half of it must not stay.
        try (out) {
            out.write(content);
        } catch (IOException e) {
            deleteAfter(e, file);
            throw e;
        }
        return true;
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
        system.mkdirs(file.getParent());
        Path temporary = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID() + ".tmp");
        if (!createNew(temporary, content)) {
            throw new IOException("cannot create " + temporary);
        }
        try {
            FileContext.getFileContext(file.toUri(), hadoop).rename(temporary, file, Rename.OVERWRITE);
        } catch (IOException e) {
            deleteAfter(e, temporary);
            throw e;
        }
    }

    /** A file system that is away cannot delete either; what counts is why. */
    private void deleteAfter(IOException failure, Path file) {
        try {
            delete(file);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public Optional<byte[]> read(Path file) throws IOException {
        try (FSDataInputStream in = system.open(file)) {
            return Optional.of(in.readAllBytes());
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    /** HDFS and object stores have no links. */
    @Override
    public Optional<String> linkBetween(Path folder, Path file) {
        return Optional.empty();
    }

    @Override
    public void delete(Path file) throws IOException {
        system.delete(file, false);
    }
}
