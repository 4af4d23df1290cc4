package espalier.cli;

import espalier.backend.spark.WireRegistrator;
import espalier.table.SparkTables;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a command: the user's own settings, with what our wire and tables need. */
final class SparkSessions {
    private SparkSessions() {}

    static SparkSession open(String name) {
        SparkSession.Builder builder = SparkSession.builder()
                .appName("espalier " + name)
                .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .config("spark.kryo.registrator", WireRegistrator.class.getName())
                .config("spark.kryoserializer.buffer.max", "1g");
        return SparkTables.configure(builder).getOrCreate();
    }
}
