package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import espalier.cluster.DriverProcess;
import espalier.cluster.SparkClient;
import espalier.cluster.StandaloneCluster;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A study on a standalone cluster of processes that authenticate and encrypt as docs/security.md says. Beside it stand workers and clients that do not
 * know the secret.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SecureClusterIT {
    private static final String SECRET = "cluster-5ecret-4711";
    private static final String STORE_SECRET = "store/5ecret+4712";
    private static final String ACCOUNT_KEY = "account-5ecret-4713==";
    private static final String IMAGES = "broadcast_0_piece0";

    private static final Map<String, String> AUTHENTICATED = Map.of(
            "spark.authenticate", "true",
            "spark.network.crypto.enabled", "true",
            "spark.network.crypto.saslFallback", "false");

    private final Path folder;
    private final int driverPort;
    private final int blockPort;

    SecureClusterIT(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.driverPort = freePort();
        this.blockPort = freePort();
    }

    @Test
    void runsAStudyAndTellsStrangersNothing() throws Exception {
        Path config = SmallStudy.write(folder, "search.trials-per-round=4", "training.base.epochs=2");
        Path home = home("cluster", with(SECRET));
        try (StandaloneCluster cluster = StandaloneCluster.start(home)) {
            cluster.addWorker();
            Path openLog = startStranger(cluster, home("open", Map.of()), 1);
            Path wrongLog = startStranger(cluster, home("wrong", with("another-5ecret")), 2);
            try (DriverProcess search = submit(cluster, config)) {
                search.awaitLine("original network: validation accuracy");
                keepsItsSecretOffCommandLines(cluster, search);
                answersOnlyThoseWhoKnowTheSecret(cluster);
                assertThat(search.exitCode()).as(search.log()).isZero();
            }
            awaitText(openLog, "All masters are unresponsive|Failed to connect to master|Expected SaslMessage");
            awaitText(wrongLog, "All masters are unresponsive|Failed to connect to master|Authentication failed");
            // A slow machine makes a worker ask twice.
            assertThat(Files.readAllLines(home.resolve("master.log")).stream()
                            .filter(line -> line.contains("Registering worker")))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("Registering worker 127.0.0.2:"));
        }
        writesItsSecretsNowhere();
    }

    private DriverProcess submit(StandaloneCluster cluster, Path config) throws IOException {
        Map<String, String> settings = Map.of(
                "spark.executor.cores", "1",
                "spark.driver.port", Integer.toString(driverPort),
                "spark.driver.blockManager.port", Integer.toString(blockPort));
        return DriverProcess.submit(
                cluster.home(),
                cluster.url(),
                settings,
                "search",
                config.toString(),
                "--output",
                folder.resolve("results").toString());
    }

    /** All users of a machine see command lines; a process's environment, only its own user. */
    private static void keepsItsSecretOffCommandLines(StandaloneCluster cluster, DriverProcess search)
            throws IOException, InterruptedException {
        ProcessHandle executor = cluster.awaitExecutor(List.of());
        List<ProcessHandle> processes = new ArrayList<>(cluster.nodes());
        processes.addAll(List.of(search.handle(), executor));
        for (ProcessHandle process : processes) {
            assertThat(ofProcess(process, "cmdline")).contains("java").doesNotContain("5ecret");
        }
        assertThat(ofProcess(executor, "environ")).contains("_SPARK_AUTH_SECRET=" + SECRET);
    }

    private void answersOnlyThoseWhoKnowTheSecret(StandaloneCluster cluster) throws Exception {
        int masterPort = URI.create(cluster.url()).getPort();
        String application;
        try (SparkClient client = new SparkClient(with(SECRET))) {
            assertThat(client.lookUpMaster(masterPort)).isEqualTo("Master");
            Map<String, String> settings = client.settingsOfDriver(driverPort);
            assertThat(settings).containsEntry("spark.hadoop.fs.s3a.secret.key", STORE_SECRET);
            application = Objects.requireNonNull(settings.get("spark.app.id"));
            assertThat(client.sizeOfBlock(blockPort, application, IMAGES)).isPositive();
        }
        for (Map<String, String> stranger : List.of(Map.<String, String>of(), with("another-5ecret"))) {
            try (SparkClient client = new SparkClient(stranger)) {
                refused(() -> client.lookUpMaster(masterPort));
                refused(() -> client.settingsOfDriver(driverPort));
                refused(() -> client.sizeOfBlock(blockPort, application, IMAGES));
            }
        }
    }

    /** By somebody who is there: nobody listens any longer where a connection is refused. */
    private static void refused(ThrowingCallable question) {
        Throwable answer = catchThrowable(question);
        assertThat(answer).isNotNull();
        assertThat(Stream.iterate(answer, Objects::nonNull, Throwable::getCause).limit(16))
                .noneMatch(ConnectException.class::isInstance);
    }

    private void writesItsSecretsNowhere() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("spark-defaults.conf"))
                    .toList();
        }
        assertThat(files).anyMatch(file -> file.endsWith("study.yaml"));
        assertThat(files).anyMatch(file -> file.endsWith("stderr"));
        boolean redacted = false;
        for (Path file : files) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            assertThat(text).as(file.toString()).doesNotContain("5ecret");
            redacted |= text.contains("\"spark.hadoop.fs.azure.account.key.x\":\"*********(redacted)\"");
        }
        assertThat(redacted).as("Spark's log of events holds the setting").isTrue();
        Program studies = studies();
        assertThat(studies.out()).contains("small").doesNotContain("5ecret");
    }

    private Program studies() {
        Program.useLocalSpark(folder);
        try {
            return Program.run(
                    "sql",
                    "SELECT * FROM studies",
                    "--format",
                    "csv",
                    "--output",
                    folder.resolve("results").toString());
        } finally {
            System.clearProperty("spark.master");
        }
    }

    /** A worker with settings of its own, which is not to register. */
    private static Path startStranger(StandaloneCluster cluster, Path home, int number) throws IOException {
        cluster.addWorker(home);
        return cluster.home().resolve("worker-" + number).resolve("log");
    }

    private static void awaitText(Path log, String pattern) throws IOException, InterruptedException {
        StandaloneCluster.await(pattern + " in " + log, () -> Optional.of(Files.readString(log))
                .filter(text -> text.lines().anyMatch(line -> line.matches(".*(" + pattern + ").*"))));
    }

    /** A Spark home that only its owner may read. */
    private Path home(String name, Map<String, String> settings) throws IOException {
        Path home = folder.resolve(name);
        Path file = Files.createDirectories(home.resolve("conf")).resolve("spark-defaults.conf");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.createDirectories(folder.resolve("events"));
        String text = settings.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
                .collect(Collectors.joining());
        Files.writeString(file, text);
        return home;
    }

    private Map<String, String> with(String secret) {
        Map<String, String> settings = new TreeMap<>(AUTHENTICATED);
        settings.put("spark.authenticate.secret", secret);
        settings.put("spark.eventLog.enabled", "true");
        settings.put("spark.eventLog.dir", folder.resolve("events").toUri().toString());
        settings.put("spark.hadoop.fs.s3a.access.key", "access-5ecret");
        settings.put("spark.hadoop.fs.s3a.secret.key", STORE_SECRET);
        settings.put("spark.hadoop.fs.azure.account.key.x", ACCOUNT_KEY);
        return settings;
    }

    private static String ofProcess(ProcessHandle process, String file) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
