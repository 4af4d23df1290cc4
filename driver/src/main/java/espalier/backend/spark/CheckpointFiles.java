package espalier.backend.spark;

import espalier.file.AtomicFiles;
import espalier.task.CheckpointStore;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Checkpoints on a Hadoop file system. On local disks of different machines a checkpoint is found by tasks of its own machine
 * alone.
 */
record CheckpointFiles(Configuration hadoop) implements CheckpointStore {

    @Override
    public void write(String location, byte[] content) throws IOException {
        Path file = new Path(location);
        AtomicFiles.on(file, hadoop).replace(file, content);
    }

    @Override
    public byte[] read(String location) throws IOException {
        Path file = new Path(location);
        return AtomicFiles.on(file, hadoop).read(file).orElseThrow(() -> new FileNotFoundException(location));
    }
}
