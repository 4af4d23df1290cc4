package espalier.task;

import espalier.data.Fingerprint;
import espalier.dl4j.NetworkFiles;
import espalier.train.TrainingState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A training that has stopped between two epochs.
 *
 * @param graph with its weights so far
 * @param state of the training
 */
record Checkpoint(ComputationGraph graph, TrainingState state) {

    /** Reads what a reference stands for; an exception says why that is not there. */
    static Checkpoint read(CheckpointStore store, CheckpointReference reference) throws IOException {
        byte[] content = store.read(reference.location());
        if (!Fingerprint.of(content).equals(reference.sha256())) {
            throw new IOException(reference.location() + " is not what was written there");
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
        int epochs = in.readInt();
        double loss = in.readDouble();
        float[] velocity = new float[in.readInt()];
        for (int i = 0; i < velocity.length; i++) {
            velocity[i] = in.readFloat();
        }
        ComputationGraph graph = NetworkFiles.read(in.readAllBytes(), reference.location());
        return new Checkpoint(graph, new TrainingState(epochs, velocity, loss));
    }

    CheckpointReference write(CheckpointStore store, String place) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(state.epochs());
        out.writeDouble(state.loss());
        out.writeInt(state.velocity().length);
        for (float each : state.velocity()) {
            out.writeFloat(each);
        }
        out.write(NetworkFiles.write(graph));
        byte[] content = bytes.toByteArray();
        CheckpointReference reference = CheckpointReference.of(place, Fingerprint.of(content));
        store.write(reference.location(), content);
        return reference;
    }
}
