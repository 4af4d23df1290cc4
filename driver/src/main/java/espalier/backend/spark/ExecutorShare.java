package espalier.backend.spark;

import espalier.device.DeviceChoice;
import espalier.task.ImageAsset;
import espalier.task.NetworkAsset;
import espalier.task.Workbench;
import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/**
 * What each executor fetches once, and where its tasks work on it.
 *
 * @param threads native threads of one task
 */
public record ExecutorShare(
        Broadcast<ImageAsset> images, Broadcast<NetworkAsset> network, int threads, DeviceChoice device)
        implements Serializable {

    /**
     * Prepares the calling task, before it touches Deeplearning4j.
     *
     * @return the task's device by its name
     */
    public String bind() {
        return ExecutorProcess.bind(device);
    }

    /** The executor, in a task that has its device. */
    ExecutorProcess process() {
        return ExecutorProcess.prepared(threads);
    }

    /** The executor's workbench, in a task that has its device. */
    public Workbench workbench() {
        return process().workbench(images, network);
    }
}
