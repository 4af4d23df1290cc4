package espalier.cluster;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.SecurityManager;
import org.apache.spark.SecurityManager$;
import org.apache.spark.SparkConf;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.netty.SparkTransportConf;
import org.apache.spark.network.shuffle.BlockFetchingListener;
import org.apache.spark.network.shuffle.ExternalBlockStoreClient;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.scheduler.cluster.CoarseGrainedClusterMessages;
import scala.Option;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/** A process of nobody's, which speaks Spark's protocols as executors do. */
public final class SparkClient implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final SparkConf settings;
    private final SecurityManager security;
    private final RpcEnv environment;

    /** @param settings of Spark, which say whether and how it authenticates */
    public SparkClient(Map<String, String> settings) {
        this.settings = new SparkConf(false);
        this.settings.set("spark.rpc.askTimeout", "15s").set("spark.rpc.lookupTimeout", "15s");
        settings.forEach(this.settings::set);
        security = new SecurityManager(
                this.settings, Option.empty(), SecurityManager$.MODULE$.$lessinit$greater$default$3());
        environment = RpcEnv.create("stranger", HOST, 0, this.settings, security, true);
    }

    /** Asks a master for the name of what answers there. */
    public String lookUpMaster(int port) {
        return environment
                .setupEndpointRef(new RpcAddress(HOST, port), "Master")
                .name();
    }

    /** Asks a driver for its settings, which is the first thing that an executor does. */
    public Map<String, String> settingsOfDriver(int port) {
        RpcEndpointRef driver = environment.setupEndpointRef(new RpcAddress(HOST, port), "CoarseGrainedScheduler");
        CoarseGrainedClusterMessages.SparkAppConfig answer = driver.askSync(
                new CoarseGrainedClusterMessages.RetrieveSparkAppConfig(0),
                ClassTag$.MODULE$.apply(CoarseGrainedClusterMessages.SparkAppConfig.class));
        return JavaConverters.seqAsJavaList(answer.sparkProperties()).stream()
                .collect(Collectors.toMap(Tuple2::_1, Tuple2::_2));
    }

    /** Fetches a block of an application's driver, and says how many bytes it has. */
    public long sizeOfBlock(int port, String application, String block) throws Exception {
        try (ExternalBlockStoreClient client = new ExternalBlockStoreClient(
                SparkTransportConf.fromSparkConf(settings, "shuffle", 1, Option.empty()),
                security,
                security.isAuthenticationEnabled(),
                15_000)) {
            client.init(application);
            CompletableFuture<Long> size = new CompletableFuture<>();
            client.fetchBlocks(HOST, port, "driver", new String[] {block}, new Fetched(size), null);
            return size.get(30, TimeUnit.SECONDS);
        }
    }

    private record Fetched(CompletableFuture<Long> size) implements BlockFetchingListener {
        @Override
        public void onBlockFetchSuccess(String block, ManagedBuffer data) {
            size.complete(data.size());
        }

        @Override
        public void onBlockFetchFailure(String block, Throwable failure) {
            size.completeExceptionally(failure);
        }
    }

    @Override
    public void close() {
        environment.shutdown();
    }
}
