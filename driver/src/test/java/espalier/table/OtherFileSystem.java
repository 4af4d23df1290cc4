package espalier.table;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** A file system that is not {@code file:}, kept on the local disk: what HDFS is to the code under test. */
public final class OtherFileSystem extends RawLocalFileSystem {
    private static final URI ROOT = URI.create("other:///");

    static Configuration configuration() {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.other.impl", OtherFileSystem.class.getName());
        hadoop.set("fs.AbstractFileSystem.other.impl", Context.class.getName());
        return hadoop;
    }

    @Override
    public URI getUri() {
        return ROOT;
    }

    @Override
    public String getScheme() {
        return ROOT.getScheme();
    }

    @Override
    public FSDataOutputStream create(
            Path file, boolean overwrite, int buffer, short replication, long block, Progressable progress)
            throws IOException {
        claim(file, overwrite);
        return super.create(file, true, buffer, replication, block, progress);
    }

    @Override
    public FSDataOutputStream create(
            Path file,
            FsPermission permission,
            boolean overwrite,
            int buffer,
            short replication,
            long block,
            Progressable progress)
            throws IOException {
        claim(file, overwrite);
        return super.create(file, permission, true, buffer, replication, block, progress);
    }

    /** Creation without overwriting is exclusive, as on HDFS; on Hadoop's local file system it is not. */
    private void claim(Path file, boolean overwrite) throws IOException {
        if (!overwrite) {
            try {
                Files.createDirectories(pathToFile(file.getParent()).toPath());
                Files.createFile(pathToFile(file).toPath());
            } catch (java.nio.file.FileAlreadyExistsException e) {
                throw new FileAlreadyExistsException(file.toString());
            }
        }
    }

    /** The same for Hadoop's newer interface, which alone can replace a file by renaming. */
    public static final class Context extends DelegateToFileSystem {
        public Context(URI uri, Configuration hadoop) throws IOException, URISyntaxException {
            super(uri, new OtherFileSystem(), hadoop, ROOT.getScheme(), false);
        }

        @Override
        public int getUriDefaultPort() {
            return -1;
        }
    }
}
