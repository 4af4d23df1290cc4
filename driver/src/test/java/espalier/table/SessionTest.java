package espalier.table;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Tests that share one Spark session and one folder of studies. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class SessionTest {
    final Path output;
    final SparkSession session;

    SessionTest(Path output) {
        this.output = output;
        this.session = TestSession.start(output);
    }

    @AfterAll
    void stop() {
        session.stop();
    }
}
