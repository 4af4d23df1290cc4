package espalier.cluster;

import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.util.Utils;

/** A master or a worker of a standalone cluster, with the settings in {@code conf/spark-defaults.conf} of its Spark home. */
public final class ClusterNode {
    private ClusterNode() {}

    /**
     * Runs it. A master prints its URL.
     *
     * @param arguments {@code master} and a host; or {@code worker}, a host, the master's URL, a folder and a number of cores
     */
    public static void main(String[] arguments) {
        if (arguments[0].equals("master")) {
            SparkConf settings = new SparkConf();
            Utils.loadDefaultSparkProperties(settings, null);
            RpcEnv master =
                    Master.startRpcEnvAndEndpoint(arguments[1], 0, 0, settings)._1();
            System.out.println(master.address().toSparkURL());
            master.awaitTermination();
        } else {
            Worker.main(new String[] {
                "--host",
                arguments[1],
                "--port",
                "0",
                "--webui-port",
                "0",
                "--cores",
                arguments[4],
                "--memory",
                arguments[4] + "g",
                "--work-dir",
                arguments[3],
                arguments[2]
            });
        }
    }
}
