package espalier.backend.spark;

import espalier.dl4j.NativeReport;
import espalier.dl4j.NativeRuntime;
import espalier.task.ImageAsset;
import espalier.task.NetworkAsset;
import espalier.task.Workbench;
import espalier.task.WorkerInfo;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all tasks of one executor process share: the native run time, prepared once, and the workbench of the network in use.
 */
final class ExecutorProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorProcess.class);

    private static @Nullable ExecutorProcess instance;

    private final WorkerInfo worker;
    private String networkId = "";
    private @Nullable Workbench workbench;

    private ExecutorProcess(WorkerInfo worker) {
        this.worker = worker;
    }

    /** The process's own, prepared by whichever task comes first; the calling thread is prepared at every call. */
    static synchronized ExecutorProcess prepared(int threads) {
        NativeReport report = NativeRuntime.prepare(threads);
        if (instance == null) {
            log(report);
            instance = new ExecutorProcess(
                    new WorkerInfo(SparkEnv.get().executorId(), host(), "cpu", report.threads(), report.library()));
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
    synchronized Workbench workbench(Broadcast<ImageAsset> images, Broadcast<NetworkAsset> network) {
        NetworkAsset asset = network.value();
        if (workbench == null || !networkId.equals(asset.id())) {
            workbench = new Workbench(images.value(), asset);
            networkId = asset.id();
        }
        return workbench;
    }

    WorkerInfo worker() {
        return worker;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
