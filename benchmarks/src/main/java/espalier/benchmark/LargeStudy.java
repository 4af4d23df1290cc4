package espalier.benchmark;

import com.sun.management.GarbageCollectionNotificationInfo;
import espalier.backend.SimulatedBackend;
import espalier.config.StudyConfig;
import espalier.config.StudyConfigReader;
import espalier.data.FileSource;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.network.TensorShape;
import espalier.recipe.ChannelRecipe;
import espalier.search.DeltaStudyStore;
import espalier.search.FirstRound;
import espalier.search.Methods;
import espalier.search.Progress;
import espalier.search.SearchLoop;
import espalier.search.StudyContext;
import espalier.search.StudyNetwork;
import espalier.search.StudyStore;
import espalier.space.RecipeFeatures;
import espalier.table.ResultTable;
import espalier.table.RungRow;
import espalier.table.SparkTables;
import espalier.table.StudyCatalog;
import espalier.table.StudyFolder;
import espalier.table.StudyLock;
import espalier.table.TableReader;
import espalier.table.TableWriter;
import espalier.table.TrialRow;
import espalier.task.ImageAsset;
import espalier.task.Trial;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * What a driver costs that has 1,000, 10,000 and 100,000 trials: studies whose trials are a formula, on 1,000 places, with real
 * tables. {@code benchmarks/run.sh scale}
 */
final class LargeStudy {
    private static final int PLACES = 1000;
    private static final TensorShape INPUT = new TensorShape(3, 32, 32);
    private static final String YAML = """
            study: trials-%1$d
            seed: 1
            data: {format: synthetic, synthetic: {size: 32, train-images: 40, test-images: 10}}
            network: {architecture: resnet-cifar, depth: 20, width: 16}
            space: {flops: 0.5, tolerance: 0.02}
            search: {rounds: 1, trials-per-round: %1$d, sampler: spread}
            training:
              base: {epochs: 1, seeds: 1}
              fine-tune: {epochs: 9}
              retrain: {epochs: 1, candidates: 1, seeds: 1}
            stopping: {rule: halving}
            """;

    /** Nanoseconds between two whole collections. */
    private static final long COLLECTION_INTERVAL = 2_000_000_000L;

    private final AtomicLong heap = new AtomicLong();

    private LargeStudy() {}

    public static void main(String[] arguments) throws IOException {
        new LargeStudy().run();
    }

    private void run() throws IOException {
        watchHeap();
        Path output = Files.createTempDirectory("espalier-scale");
        SparkSession.Builder builder = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.warehouse.dir", output.resolve("warehouse").toString());
        System.out.println("| trials | rungs | study | heap alive, most | files of trials"
                + " | reading all again | heap then | sql |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        try (SparkSession session = SparkTables.configure(builder).getOrCreate()) {
            for (int trials : new int[] {1000, 10_000, 100_000}) {
                measure(session, output.toString(), trials);
            }
        } finally {
            org.apache.commons.io.FileUtils.deleteDirectory(output.toFile());
        }
    }

    private void measure(SparkSession session, String output, int trials) {
        StudyContext study = study(trials);
        StudyFolder folder = StudyFolder.of(output, study.config().study(), new Configuration());
        folder.create();
        heap.set(0);
        double search = seconds(() -> search(session, study, folder));
        long most = heap.getAndSet(0);
        TableReader reader = new TableReader(folder);
        List<RungRow> rungs = new ArrayList<>();
        List<TrialRow> rows = new ArrayList<>();
        double scan = seconds(() -> {
            rungs.addAll(reader.rows(RungRow.class));
            rows.addAll(reader.rows(TrialRow.class));
        });
        System.gc();
        if (rows.size() < trials) {
            throw new IllegalStateException("the tables hold " + rows.size() + " trials of " + trials);
        }
        long afterScan = heap.get();
        folder.write(StudyFolder.CONFIG, "");
        StudyCatalog.register(session, output, study.config().study());
        double sql = seconds(() -> session.sql(
                        "SELECT population, count(*), min(drop), avg(mcb), percentile(drop, 0.5) FROM trials GROUP BY population")
                .collectAsList());
        long files = session.sql("DESCRIBE DETAIL delta.`" + folder.location(ResultTable.TRIALS) + "`")
                .first()
                .getAs("numFiles");
        System.out.printf(
                "| %,d | %,d | %.0f s | %d MB | %d | %.1f s | %d MB | %.1f s |%n",
                trials, rungs.size(), search, most >> 20, files, scan, afterScan >> 20, sql);
    }

    private static void search(SparkSession session, StudyContext study, StudyFolder folder) {
        try (StudyLock lock = folder.lock();
                TableWriter writer = TableWriter.open(session, folder, lock);
                SimulatedBackend backend = new SimulatedBackend(
                        PLACES,
                        trial -> SimulatedBackend.measure(
                                trial, (measured, stage, epochs) -> accuracy(study, measured, epochs)))) {
            StudyStore store = new DeltaStudyStore(folder, new TableReader(folder), writer);
            new SearchLoop(study, FirstRound.draw(study), backend, store, Progress.SILENT).run("benchmark");
        }
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static StudyContext study(int trials) {
        StudyConfig config = StudyConfigReader.read(YAML.formatted(trials), "benchmark", Map.of());
        ImageSet images = new ImageSet(3, 32, 32, 2, new byte[2 * INPUT.channels() * INPUT.area()], new byte[] {0, 1});
        ImageAsset asset = new ImageAsset(
                images, images, images, new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.2, 0.2, 0.2)));
        StudyNetwork network = StudyNetwork.load(config, INPUT, 2, FileSource.local());
        return new StudyContext(config, asset, network, Methods.of(config, network));
    }

    /** Grows with the epochs, and falls with the distance of mCB from an optimum and with the spread. */
    private static double accuracy(StudyContext study, Trial trial, int epochs) {
        if (!(trial.recipe() instanceof ChannelRecipe recipe)) {
            return 90;
        }
        RecipeFeatures features = study.space().features(recipe);
        double distance = Math.log(features.mcb());
        double noise = new SplittableRandom(trial.seed() + epochs).nextDouble(-1, 1) / (1 + epochs);
        return 60 + 2 * epochs - 20 * distance * distance - 8 * features.spread() + noise;
    }

    /** What is alive after a whole collection is what the driver needs; after others there is garbage left. */
    private void watchHeap() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector)
                    .addNotificationListener((notification, handback) -> look(notification), null, null);
        }
        Thread collections = new Thread(() -> {
            while (true) {
                System.gc();
                LockSupport.parkNanos(COLLECTION_INTERVAL);
            }
        });
        collections.setDaemon(true);
        collections.start();
    }

    private void look(Notification notification) {
        if (!notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            return;
        }
        GarbageCollectionNotificationInfo info =
                GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
        if (info.getGcCause().equals("System.gc()")) {
            long used = info.getGcInfo().getMemoryUsageAfterGc().values().stream()
                    .mapToLong(MemoryUsage::getUsed)
                    .sum();
            heap.accumulateAndGet(used, Math::max);
        }
    }
}
