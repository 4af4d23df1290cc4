package espalier.table;

import org.apache.spark.sql.SparkSession;

/** What a Spark session needs for the result tables. */
public final class SparkTables {
    private static final String EXTENSIONS = "spark.sql.extensions";
    private static final String DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";

    private SparkTables() {}

    /**
     * Adds Delta Lake to a session, and settings that suit tables of some thousand rows: one partition where Spark and Delta
     * would take 50 to 200, and plain evaluation where compiling each query would take longer than running it.
     */
    public static SparkSession.Builder configure(SparkSession.Builder builder) {
        return builder.config(EXTENSIONS, DELTA_EXTENSION)
                .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .config("spark.sql.shuffle.partitions", 1)
                .config("spark.sql.adaptive.enabled", false)
                .config("spark.sql.codegen.wholeStage", false)
                .config("spark.databricks.delta.snapshotPartitions", 1)
                .config("spark.databricks.delta.stats.skipping", false)
                // A query is what it says: nothing of the settings or of the environment is put into it.
                .config("spark.sql.variable.substitute", false)
                .config("spark.ui.showConsoleProgress", false);
    }

    /** @throws StudyFolderException where a session lacks what {@link #configure} adds */
    static void requireConfigured(SparkSession session) {
        if (!session.sparkContext().conf().get(EXTENSIONS, "").contains(DELTA_EXTENSION)) {
            throw new StudyFolderException(
                    "the Spark session has no Delta Lake: build it with SparkTables.configure, or set " + EXTENSIONS
                            + "=" + DELTA_EXTENSION);
        }
    }
}
