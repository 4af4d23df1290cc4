package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.cluster.DriverProcess;
import espalier.cluster.HadoopCluster;
import espalier.cluster.SmallDisk;
import espalier.cluster.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.SafeModeAction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Studies whose file system fails for a while: an HDFS without its name node or its data node, and a disk that is full. Each one's
 * tables are compared with those of a study that nothing disturbed.
 */
@Tag("faults")
@Timeout(value = 8, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FileSystemFaultsIT {
    @RegisterExtension
    static final FaultLedger LEDGER = FaultLedger.SHARED;

    private static final String WAITS = ": trying again in ";
    private static final String ENDURING = "4min";
    private static final String SHORT = "2s";

    private Path folder = Path.of("");
    private Path config = Path.of("");
    private HadoopCluster cluster;
    private Map<String, String> undisturbed = Map.of();

    @BeforeAll
    void runAStudyThatNothingDisturbs(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Program.useLocalSpark(folder);
        cluster = HadoopCluster.hdfs(folder.resolve("hadoop"));
        config = SmallStudy.write(
                folder, "training.batch-size=8", "training.base.epochs=2", "training.fine-tune.epochs=4");
        String output = folder.resolve("undisturbed").toString();
        Program search = Program.run("search", config.toString(), "--output", output);
        assertThat(search.exitCode()).as(search.errors().toString()).isZero();
        undisturbed = new TrialTable(output).rows();
    }

    @AfterAll
    void cleanUp() {
        System.clearProperty("spark.master");
        cluster.close();
    }

    @Test
    void hdfsIsAwayForAWhile() throws Exception {
        String output = cluster.uri("/enduring");
        TrialTable trials = new TrialTable(output);
        try (DriverProcess search = search(output, ENDURING)) {
            await("/enduring/small/study.yaml");
            double locked = during(
                    search,
                    trials,
                    () -> cluster.hdfs().getFileSystem().setSafeMode(SafeModeAction.SAFEMODE_ENTER),
                    () -> cluster.hdfs().getFileSystem().setSafeMode(SafeModeAction.SAFEMODE_LEAVE));
            assertThat(search.log()).contains("cannot write hdfs://");
            MiniDFSCluster hdfs = cluster.hdfs();
            DataNodeProperties[] node = new DataNodeProperties[1];
            double withoutData = during(
                    search, trials, () -> node[0] = hdfs.stopDataNode(0), () -> hdfs.restartDataNode(node[0], true));
            double withoutNames = during(search, trials, () -> hdfs.shutdownNameNode(0), () -> hdfs.restartNameNode(0));
            assertThat(search.exitCode()).as(search.log()).isZero();
            check("HDFS is in safe mode", 1, trials, locked);
            check("HDFS has no data node", 1, trials, withoutData);
            check("HDFS has no name node", 1, trials, withoutNames);
        }
    }

    @Test
    void hdfsIsAwayForLongerThanAStudyWaits() throws Exception {
        String output = cluster.uri("/short");
        TrialTable trials = new TrialTable(output);
        try (DriverProcess search = search(output, SHORT)) {
            trials.await(3);
            cluster.hdfs().shutdownNameNode(0);
            assertThat(search.exitCode()).as(search.log()).isEqualTo(1);
            assertStopsWithOneLine(search, "ConnectException: ");
        } finally {
            cluster.hdfs().restartNameNode(0);
        }
        finish(output, trials, "HDFS is away for longer than a study waits");
    }

    @Test
    void theDiskIsFull() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"))) {
            String output = disk.folder().toString();
            TrialTable trials = new TrialTable(output);
            try (DriverProcess search = search(output, ENDURING)) {
                trials.await(3);
                double seconds = during(search, trials, disk::fill, disk::makeRoom);
                assertThat(search.log()).contains("No space left on device");
                assertThat(search.exitCode()).as(search.log()).isZero();
                check("the disk is full", 1, trials, seconds);
            }
        }
    }

    @Test
    void theDiskIsFullForLongerThanAStudyWaits() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(folder.resolve("full-disk"))) {
            String output = disk.folder().toString();
            TrialTable trials = new TrialTable(output);
            try (DriverProcess search = search(output, SHORT)) {
                trials.await(3);
                disk.fill();
                assertThat(search.exitCode()).as(search.log()).isEqualTo(1);
                assertStopsWithOneLine(search, "No space left on device");
                assertThat(disk.folder().resolve("small/LOCK")).doesNotExist();
            }
            disk.makeRoom();
            finish(output, trials, "the disk is full for longer than a study waits");
        }
    }

    // ---- Faults.

    private interface Action {
        void run() throws Exception;
    }

    /**
     * Breaks something until the driver waits for it, and mends it.
     *
     * @return seconds from the end of the fault to the next trial in the table
     */
    private static double during(DriverProcess search, TrialTable trials, Action fault, Action mend) throws Exception {
        int before = search.logged(WAITS);
        fault.run();
        try {
            search.awaitLog(WAITS, before);
        } finally {
            mend.run();
        }
        return trials.secondsToNext();
    }

    private static void assertStopsWithOneLine(DriverProcess search, String reason) throws IOException {
        assertThat(search.log().lines().filter(line -> line.startsWith("espalier: ")))
                .singleElement()
                .asString()
                .startsWith("espalier: cannot write the tables of study small (")
                .contains(reason)
                .containsPattern("; rows not written: [1-9][0-9]*; mend the output folder and resume the study");
    }

    // ---- Studies.

    private DriverProcess search(String output, String patience) throws IOException {
        Map<String, String> settings = Map.of(
                "spark.master",
                "local[2]",
                "spark.espalier.storagePatience",
                patience,
                // Hadoop's own patience comes on top of ours, and would make the test slow.
                "spark.hadoop.ipc.client.connect.max.retries",
                "1");
        return DriverProcess.start(folder.resolve("spark"), settings, "search", config.toString(), "--output", output);
    }

    private void finish(String output, TrialTable trials, String fault) throws Exception {
        try (DriverProcess search = search(output, ENDURING)) {
            double seconds = trials.secondsToNext();
            assertThat(search.exitCode()).as(search.log()).isZero();
            check(fault, 1, trials, seconds);
        }
    }

    private void await(String file) throws IOException, InterruptedException {
        StandaloneCluster.await(file, () -> Optional.of(cluster.files().exists(new org.apache.hadoop.fs.Path(file)))
                .filter(there -> there));
    }

    private void check(String fault, int injected, TrialTable trials, double seconds) {
        LEDGER.add(fault, injected, trials.lost(undisturbed), trials.doubled(), seconds);
        assertThat(trials.doubled()).isZero();
        assertThat(trials.rows()).isEqualTo(undisturbed);
    }
}
