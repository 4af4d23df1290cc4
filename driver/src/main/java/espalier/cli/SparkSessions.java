package espalier.cli;

import espalier.backend.spark.WireRegistrator;
import espalier.config.TrainingConfig;
import espalier.search.StudyException;
import espalier.table.Patience;
import espalier.table.SparkTables;
import java.time.Duration;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a command: the user's own settings, with what our wire and tables need. */
final class SparkSessions {
    private static final Map<String, String> DEFAULTS = Map.of(
            // A network travels whole, in a task or in its result.
            "spark.kryoserializer.buffer.max", "1g",
            "spark.rpc.message.maxSize", "1024",
            // Spark's own pattern, which hides values of settings in its pages and logs, and the keys of more stores.
            "spark.redaction.regex",
                    "(?i)secret|password|token|(access|private|account|encryption)[._-]?key|[.]sas[.]|credential",
            // A trial that takes its machine down with it does not get many.
            "spark.task.maxFailures", "3",
            // An executor whose trial was given up and does not end is replaced.
            "spark.task.reaper.enabled", "true",
            "spark.task.reaper.killTimeout", "30s");

    /** How long a study that has begun waits for its file system. */
    private static final String PATIENCE = "spark.espalier.storagePatience";

    private static final String DEFAULT_PATIENCE = "10min";

    private SparkSessions() {}

    /** @throws StudyException if Spark is asked for GPUs that it cannot hand out */
    static SparkSession open(String name) {
        SparkConf given = new SparkConf();
        GpuRequest.of(given).check();
        SparkSession.Builder builder = SparkSession.builder()
                .appName("espalier " + name)
                .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .config("spark.kryo.registrator", WireRegistrator.class.getName());
        DEFAULTS.forEach((key, value) -> builder.config(key, given.get(key, value)));
        return SparkTables.configure(builder).getOrCreate();
    }

    /**
     * Whether Spark is asked for the devices that a study wants.
     *
     * @throws StudyException if not
     */
    static void requireDevice(TrainingConfig.Device device) {
        GpuRequest.of(new SparkConf()).checkFor(device);
    }

    /**
     * Whether trials may use as many native threads as their study asks for.
     *
     * @throws StudyException if the processes that run them were started for fewer
     */
    static void requireThreads(SparkSession session, int threads) {
        SparkConf conf = session.sparkContext().getConf();
        String limit = session.sparkContext().isLocal()
                ? System.getenv("OMP_NUM_THREADS")
                : conf.get("spark.executorEnv.OMP_NUM_THREADS", "");
        if (limit != null && limit.matches("[0-9]{1,6}") && Integer.parseInt(limit) < threads) {
            throw new StudyException("training.threads is " + threads + ", but a trial may use " + limit
                    + " (OMP_NUM_THREADS): start with ESPALIER_THREADS=" + threads + ", or ask for less");
        }
    }

    static Patience patience() {
        return Patience.of(Duration.ofSeconds(new SparkConf().getTimeAsSeconds(PATIENCE, DEFAULT_PATIENCE)));
    }

    /** Settings of Hadoop, with those that Spark was given for it ({@code spark.hadoop.*}). */
    static Configuration hadoop() {
        return SparkHadoopUtil.get().newConfiguration(new SparkConf());
    }
}
