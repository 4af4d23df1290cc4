package espalier.backend.spark;

import espalier.task.CheckpointStore;
import java.io.IOException;
import java.util.EnumSet;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options.CreateOpts;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/**
 * Checkpoints on a Hadoop file system. On local disks of different machines a checkpoint is found by tasks of its own machine
 * alone.
 */
final class CheckpointFiles implements CheckpointStore {
    private final Configuration hadoop;

    CheckpointFiles(Configuration hadoop) {
        this.hadoop = hadoop;
    }

    @Override
    public void write(String location, byte[] content) throws IOException {
        Path file = new Path(location);
        FileContext files = FileContext.getFileContext(file.toUri(), hadoop);
        Path temporary = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID());
        try (FSDataOutputStream out =
                files.create(temporary, EnumSet.of(CreateFlag.CREATE), CreateOpts.createParent())) {
            out.write(content);
        }
        files.rename(temporary, file, Rename.OVERWRITE);
    }

    @Override
    public byte[] read(String location) throws IOException {
        Path file = new Path(location);
        try (FSDataInputStream in =
                FileContext.getFileContext(file.toUri(), hadoop).open(file)) {
            return in.readAllBytes();
        }
    }
}
