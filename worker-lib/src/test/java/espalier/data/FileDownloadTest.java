package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import espalier.data.FileDownload.Outcome;
import espalier.data.FileDownload.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDownloadTest {
    private static final byte[] CONTENT = TestImages.random(1, 1, 300, 300, 1).pixels();
    private static final String SHA256 = Fingerprint.of(CONTENT);
    private static final int HALF = CONTENT.length / 2;

    /** The Range header of each request, or "none". */
    private final List<String> ranges = new ArrayList<>();

    private final List<String> reports = new ArrayList<>();
    private final CountDownLatch testIsOver = new CountDownLatch(1);
    private final ExecutorService serverThreads = Executors.newCachedThreadPool();
    private final FileDownload download = new FileDownload(
            Duration.ofSeconds(20),
            (file, bytes, total) -> reports.add(file.getFileName() + " " + bytes + "/" + total));
    private final Path folder;
    private final HttpServer server;
    private final URI address;
    private final Path target;
    private final Path part;

    FileDownloadTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(serverThreads);
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/data");
        target = folder.resolve("made/data");
        part = folder.resolve("made/data.part");
    }

    @AfterEach
    void stopServer() {
        testIsOver.countDown();
        server.stop(0);
        serverThreads.shutdownNow();
    }

    @Test
    void downloadsWholeFile() {
        serve(FileDownloadTest::answerRanges);

        assertThat(fetch()).isEqualTo(Outcome.DOWNLOADED);

        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(part).doesNotExist();
        assertThat(ranges).containsExactly("none");
        assertThat(reports).last().isEqualTo("data 90000/90000");
    }

    @Test
    void resumesWhereEarlierAttemptStopped() throws IOException {
        serve(FileDownloadTest::answerRanges);
        leavePart(Arrays.copyOf(CONTENT, HALF));

        assertThat(fetch()).isEqualTo(Outcome.RESUMED);

        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(part).doesNotExist();
        assertThat(ranges).containsExactly("bytes=45000-");
        assertThat(reports).last().isEqualTo("data 90000/90000");
    }

    @Test
    void beginsAnewWhereServerIgnoresRange() throws IOException {
        serve(exchange -> answer(exchange, 200, CONTENT));
        leavePart(Arrays.copyOf(CONTENT, HALF));

        assertThat(fetch()).isEqualTo(Outcome.DOWNLOADED);

        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(ranges).containsExactly("bytes=45000-");
    }

    @Test
    void beginsAnewWhereServerSendsAnotherRange() throws IOException {
        serve(exchange -> {
            if (range(exchange).equals("none")) {
                answer(exchange, 200, CONTENT);
            } else {
                exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/90000");
                answer(exchange, 206, Arrays.copyOf(CONTENT, 10));
            }
        });
        leavePart(Arrays.copyOf(CONTENT, HALF));

        assertThat(fetch()).isEqualTo(Outcome.DOWNLOADED);

        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(ranges).containsExactly("bytes=45000-", "none");
    }

    @Test
    void rejectsPartOfFileThatNobodyAskedFor() {
        serve(exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 0-9/90000");
            answer(exchange, 206, Arrays.copyOf(CONTENT, 10));
        });

        assertFailure(address + " cannot be downloaded: the server answered 206, expected 200: "
                + "check the address, or give a mirror's");

        assertThat(part).doesNotExist();
    }

    @Test
    void beginsAnewWherePartIsTooLong() throws IOException {
        serve(FileDownloadTest::answerRanges);
        leavePart(new byte[CONTENT.length + 1]);

        assertThat(fetch()).isEqualTo(Outcome.DOWNLOADED);

        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(ranges).containsExactly("bytes=90001-", "none");
    }

    @Test
    void takesWholePartWithoutAsking() throws IOException {
        serve(FileDownloadTest::answerRanges);
        leavePart(CONTENT);

        assertThat(fetch()).isEqualTo(Outcome.RESUMED);

        assertThat(target).hasBinaryContent(CONTENT);
        assertThat(ranges).isEmpty();
    }

    @Test
    void leavesRightFileAlone() throws IOException {
        serve(FileDownloadTest::answerRanges);
        Files.createDirectories(target.getParent());
        Files.write(target, CONTENT);

        assertThat(fetch()).isEqualTo(Outcome.PRESENT);

        assertThat(ranges).isEmpty();
    }

    @Test
    void replacesWrongFile() throws IOException {
        serve(FileDownloadTest::answerRanges);
        Files.createDirectories(target.getParent());
        Files.writeString(target, "something else");

        assertThat(fetch()).isEqualTo(Outcome.DOWNLOADED);

        assertThat(target).hasBinaryContent(CONTENT);
    }

    @Test
    void followsRedirects() {
        serve(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/data")) {
                exchange.getResponseHeaders().set("Location", "/data/moved");
                answer(exchange, 302, new byte[0]);
            } else {
                answerRanges(exchange);
            }
        });

        assertThat(fetch()).isEqualTo(Outcome.DOWNLOADED);

        assertThat(target).hasBinaryContent(CONTENT);
    }

    @Test
    void deletesFileWithWrongChecksum() {
        byte[] wrong = CONTENT.clone();
        wrong[5]++;
        serve(exchange -> answer(exchange, 200, wrong));

        assertFailure("%s has the SHA-256 %s, expected %s, and was deleted: run again, or give a mirror's address"
                .formatted(address, Fingerprint.of(wrong), SHA256));

        assertThat(target).doesNotExist();
        assertThat(part).doesNotExist();
    }

    @Test
    void keepsWhatCameBeforeConnectionBroke() {
        serve(exchange -> {
            if (range(exchange).equals("none")) {
                exchange.sendResponseHeaders(200, CONTENT.length);
                exchange.getResponseBody().write(CONTENT, 0, HALF);
                exchange.close();
            } else {
                answerRanges(exchange);
            }
        });

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(this::fetch)
                .withMessageStartingWith(address + " cannot be downloaded: IOException: ")
                .withMessageEndingWith(
                        "; 45000 bytes are kept in " + part + ": check the network and run again to go on")
                .withMessageNotContaining("\n");
        assertThat(target).doesNotExist();
        assertThat(part).hasBinaryContent(Arrays.copyOf(CONTENT, HALF));

        assertThat(fetch()).isEqualTo(Outcome.RESUMED);
        assertThat(target).hasBinaryContent(CONTENT);
    }

    @Test
    void givesUpOnServerThatFallsSilent() {
        serve(exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, HALF);
            exchange.getResponseBody().flush();
            awaitEndOfTest();
        });
        FileDownload impatient = new FileDownload(Duration.ofMillis(500), Progress.NONE);

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> impatient.fetch(address, target, SHA256))
                .withMessageStartingWith(
                        address + " cannot be downloaded: HttpTimeoutException: nothing came for 500 ms; ")
                .withMessageEndingWith(" bytes are kept in " + part + ": check the network and run again to go on");
        assertThat(target).doesNotExist();
    }

    @Test
    void reportsStatusOfServer() throws IOException {
        serve(exchange -> answer(exchange, 404, new byte[100]));
        leavePart(Arrays.copyOf(CONTENT, HALF));

        assertFailure(address + " cannot be downloaded: the server answered 404, expected 200: "
                + "check the address, or give a mirror's");

        assertThat(target).doesNotExist();
        assertThat(part).hasBinaryContent(Arrays.copyOf(CONTENT, HALF));
    }

    @Test
    void reportsThatNobodyListens() throws IOException {
        URI closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/data");
        }

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> download.fetch(closed, target, SHA256))
                .withMessage(
                        "%s cannot be downloaded: ConnectException; 0 bytes are kept in %s: ".formatted(closed, part)
                                + "check the network and run again to go on");
    }

    @Test
    void reportsFolderThatCannotBeMade() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> download.fetch(address, file.resolve("data"), SHA256))
                .withMessage(
                        "%s cannot be stored: FileAlreadyExistsException: %s: ".formatted(file.resolve("data"), file)
                                + "check the folder, its permissions and the free space");
    }

    @Test
    void staysInterrupted() {
        serve(exchange -> awaitEndOfTest());
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(this::fetch)
                .withMessageContaining("the download was interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void rejectsOtherAddressesAndTimeouts() {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> download.fetch(URI.create("mirror.example.org/data"), target, SHA256))
                .withMessage("mirror.example.org/data cannot be downloaded: "
                        + "expected an http:// or https:// address: correct it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FileDownload(Duration.ZERO, Progress.NONE))
                .withMessage("timeout is PT0S, but must be above 0: change it");
    }

    private Outcome fetch() {
        return download.fetch(address, target, SHA256);
    }

    private void assertFailure(String message) {
        assertThatExceptionOfType(DataException.class).isThrownBy(this::fetch).withMessage(message);
    }

    private void serve(HttpHandler handler) {
        server.createContext("/data", exchange -> {
            ranges.add(range(exchange));
            try (exchange) {
                handler.handle(exchange);
            }
        });
    }

    private void leavePart(byte[] bytes) throws IOException {
        Files.createDirectories(part.getParent());
        Files.write(part, bytes);
    }

    private void awaitEndOfTest() {
        try {
            testIsOver.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String range(HttpExchange exchange) {
        List<String> values = exchange.getRequestHeaders().getOrDefault("Range", List.of("none"));
        return values.get(0);
    }

    /** A server that can resume: 206 from the wanted byte on, 416 beyond the end. */
    private static void answerRanges(HttpExchange exchange) throws IOException {
        String range = range(exchange);
        if (range.equals("none")) {
            answer(exchange, 200, CONTENT);
            return;
        }
        int from = Integer.parseInt(range.replace("bytes=", "").replace("-", ""));
        if (from >= CONTENT.length) {
            answer(exchange, 416, new byte[0]);
            return;
        }
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes %d-%d/%d".formatted(from, CONTENT.length - 1, CONTENT.length));
        answer(exchange, 206, Arrays.copyOfRange(CONTENT, from, CONTENT.length));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
