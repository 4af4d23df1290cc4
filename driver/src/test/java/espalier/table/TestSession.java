package espalier.table;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** A small Spark session for integration tests. */
final class TestSession {
    private TestSession() {}

    static SparkSession start(Path folder) {
        SparkSession session = SparkTables.configure(SparkSession.builder()
                        .master("local[2]")
                        .appName("espalier-table-test")
                        .config("spark.ui.enabled", false)
                        .config("spark.driver.host", "localhost")
                        .config(
                                "spark.sql.warehouse.dir",
                                folder.resolve("warehouse").toString()))
                .getOrCreate();
        session.sparkContext().setLogLevel("ERROR");
        return session;
    }
}
