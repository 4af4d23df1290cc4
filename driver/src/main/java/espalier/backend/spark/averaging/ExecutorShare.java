package espalier.backend.spark.averaging;

import espalier.backend.spark.ExecutorProcess;
import espalier.device.DeviceChoice;
import espalier.task.ImageAsset;
import espalier.task.NetworkAsset;
import espalier.task.Workbench;
import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/**
 * What each executor fetches once, and where it works on it.
 *
 * @param threads native threads of one worker
 */
record ExecutorShare(Broadcast<ImageAsset> images, Broadcast<NetworkAsset> network, int threads, DeviceChoice device)
        implements Serializable {

    /** Prepares the calling thread, before it touches Deeplearning4j. */
    void prepare() {
        var unused = ExecutorProcess.bind(device);
    }

    /** The executor's workbench, in a thread that is prepared. */
    Workbench workbench() {
        return ExecutorProcess.prepared(threads).workbench(images, network);
    }
}
