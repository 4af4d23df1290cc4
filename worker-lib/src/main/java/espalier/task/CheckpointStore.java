package espalier.task;

import java.io.IOException;

/** Where the rungs of a trial leave checkpoints for each other: a place that all executors see. */
public interface CheckpointStore {
    /** For trials that leave none. */
    CheckpointStore NONE = new CheckpointStore() {
        @Override
        public void write(String location, byte[] content) throws IOException {
            throw new IOException("there is no place for checkpoints");
        }

        @Override
        public byte[] read(String location) throws IOException {
            throw new IOException("there is no place for checkpoints");
        }
    };

    /** Writes a file, whole or not at all, in place of an older one. */
    void write(String location, byte[] content) throws IOException;

    byte[] read(String location) throws IOException;
}
