package espalier.cluster;

import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import org.apache.spark.rpc.RpcEnv;

/** A master or a worker of a standalone cluster. */
public final class ClusterNode {
    private ClusterNode() {}

    /**
     * Runs it. A master prints its URL.
     *
     * @param arguments {@code master} and a host; or {@code worker}, a host, the master's URL, a folder and a number of cores
     */
    public static void main(String[] arguments) {
        if (arguments[0].equals("master")) {
            RpcEnv master = Master.startRpcEnvAndEndpoint(arguments[1], 0, 0, new SparkConf())
                    ._1();
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
