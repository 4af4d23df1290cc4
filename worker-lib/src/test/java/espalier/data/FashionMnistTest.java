package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import espalier.data.FileDownload.Outcome;
import espalier.data.FileDownload.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistTest {
    private final FileDownload download = new FileDownload(Duration.ofSeconds(20), Progress.NONE);
    private final Path folder;
    private final HttpServer server;
    private final URI mirror;

    FashionMnistTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/mirror/", FashionMnistTest::answer);
        server.start();
        mirror = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/mirror");
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    @Test
    void downloadsTheFourFilesFromMirrorOnce() {
        Assumptions.assumeTrue(TestImages.fashionMnist().isPresent(), "no Fashion-MNIST in ESPALIER_DATA");

        Map<String, Outcome> first = FashionMnist.download(mirror, folder, download);
        Map<String, Outcome> second = FashionMnist.download(mirror, folder, download);

        assertThat(first)
                .containsOnlyKeys(
                        "train-images-idx3-ubyte.gz",
                        "train-labels-idx1-ubyte.gz",
                        "t10k-images-idx3-ubyte.gz",
                        "t10k-labels-idx1-ubyte.gz")
                .containsValue(Outcome.DOWNLOADED)
                .doesNotContainValue(Outcome.PRESENT);
        assertThat(second.values()).containsOnly(Outcome.PRESENT);
        assertThat(FashionMnist.read(FileSource.local(), folder.toString())
                        .test()
                        .count())
                .isEqualTo(10_000);
    }

    @Test
    void readsWhatIsKnownOfIt() {
        Optional<Path> known = TestImages.fashionMnist();
        Assumptions.assumeTrue(known.isPresent(), "no Fashion-MNIST in ESPALIER_DATA");

        TrainAndTest images =
                FashionMnist.read(FileSource.local(), known.orElseThrow().toString());

        assertThat(images.train()).hasToString("ImageSet[60000 images of 1 x 28 x 28, 10 classes]");
        assertThat(images.test()).hasToString("ImageSet[10000 images of 1 x 28 x 28, 10 classes]");
        assertThat(images.train().classCounts()).hasSize(10).containsOnly(6000);
        assertThat(images.test().classCounts()).hasSize(10).containsOnly(1000);
        assertThat(images.train().label(0)).isEqualTo(9);
        Normalization normalization = Normalization.of(images.train());
        assertThat(normalization.means().get(0)).isCloseTo(0.2860, within(1e-4));
        assertThat(normalization.standardDeviations().get(0)).isCloseTo(0.3530, within(1e-4));
    }

    @Test
    void namesTheFileThatMirrorLacks() {
        URI wrong = mirror.resolve("/elsewhere/");

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> FashionMnist.download(wrong, folder, download))
                .withMessage(wrong + "train-labels-idx1-ubyte.gz cannot be downloaded: the server answered 404, "
                        + "expected 200: check the address, or give a mirror's");
    }

    @Test
    void namesTenClasses() {
        assertThat(FashionMnist.CLASSES).hasSize(10).doesNotHaveDuplicates();
        assertThat(FashionMnist.OFFICIAL.toString()).endsWith("/");
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String name = Path.of(exchange.getRequestURI().getPath()).getFileName().toString();
        byte[] bytes =
                Files.readAllBytes(TestImages.fashionMnist().orElseThrow().resolve(name));
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
