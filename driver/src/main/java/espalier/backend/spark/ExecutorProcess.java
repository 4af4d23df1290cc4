package espalier.backend.spark;

import espalier.device.DeviceBinder;
import espalier.device.DeviceChoice;
import espalier.device.Machine;
import espalier.dl4j.NativeReport;
import espalier.dl4j.NativeRuntime;
import espalier.task.CheckpointStore;
import espalier.task.ImageAsset;
import espalier.task.NetworkAsset;
import espalier.task.Workbench;
import espalier.task.WorkerInfo;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all tasks of one executor process share: the native run time, prepared once, and the workbench of the network in use.
 */
public final class ExecutorProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorProcess.class);

    private static @Nullable ExecutorProcess instance;

    private final NativeReport report;
    private final String executor = SparkEnv.get().executorId();
    private final String host = Machine.name();
    // To read Hadoop's configuration takes longer than all else that Spark does for a trial.
    private final CheckpointStore checkpoints = new CheckpointFiles(
            SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf()));
    private String networkId = "";
    private @Nullable Workbench workbench;

    private ExecutorProcess(NativeReport report) {
        this.report = report;
    }

    /**
     * Binds the calling task to the device that it is given, before it touches Deeplearning4j.
     *
     * @return the device by its name
     * @throws espalier.device.DeviceException if it cannot run as the study wants
     */
    public static String bind(DeviceChoice device) {
        ResourceInformation gpus = TaskContext.get().resourcesJMap().get("gpu");
        return DeviceBinder.ofThisProcess().bind(device, gpus == null ? List.of() : List.of(gpus.addresses()));
    }

    /** The process's own, prepared by whichever task comes first; the calling thread is prepared at every call. */
    public static synchronized ExecutorProcess prepared(int threads) {
        NativeReport report = NativeRuntime.prepare(threads);
        if (instance == null) {
            log(report);
            instance = new ExecutorProcess(report);
        }
        return instance;
    }

    private static void log(NativeReport report) {
        if (report.mend().isEmpty()) {
            LOG.info(report.line());
        } else {
            LOG.warn(report.line());
        }
    }

    /** The workbench of a network, made once; only the latest is kept. */
    public synchronized Workbench workbench(Broadcast<ImageAsset> images, Broadcast<NetworkAsset> network) {
        NetworkAsset asset = network.value();
        if (workbench == null || !networkId.equals(asset.id())) {
            workbench = new Workbench(images.value(), asset);
            networkId = asset.id();
        }
        return workbench;
    }

    /** Where trials leave checkpoints for each other. */
    CheckpointStore checkpoints() {
        return checkpoints;
    }

    /** This process, as a trial on one of its devices names it. */
    WorkerInfo worker(String device) {
        return new WorkerInfo(executor, host, device, report.threads(), report.library());
    }
}
