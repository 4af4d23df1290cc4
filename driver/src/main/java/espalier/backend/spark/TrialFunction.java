package espalier.backend.spark;

import espalier.device.DeviceChoice;
import espalier.task.ImageAsset;
import espalier.task.NetworkAsset;
import espalier.task.Trial;
import espalier.task.TrialResult;
import espalier.task.TrialRunner;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/** What a Spark task does with its one trial. */
final class TrialFunction implements Function<Trial, TrialResult> {
    private static final long serialVersionUID = 1L;

    private final Broadcast<ImageAsset> images;
    private final Broadcast<NetworkAsset> network;
    private final int threads;
    private final DeviceChoice device;

    TrialFunction(Broadcast<ImageAsset> images, Broadcast<NetworkAsset> network, int threads, DeviceChoice device) {
        this.images = images;
        this.network = network;
        this.threads = threads;
        this.device = device;
    }

    @Override
    public TrialResult call(Trial trial) {
        String bound = ExecutorProcess.bind(device);
        ExecutorProcess process = ExecutorProcess.prepared(threads);
        return TrialRunner.run(process.workbench(images, network), trial, process.worker(bound), process.checkpoints());
    }
}
