package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.cluster.StandaloneCluster;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What watches a cluster sees of a study: Spark's metrics, as Prometheus and JMX get them, and the names of its jobs. */
class MetricsIT {
    private final Map<String, String> settings;
    private final String address;

    MetricsIT() throws IOException {
        int port = freePort();
        address = "http://127.0.0.1:" + port;
        settings = Map.of(
                "spark.ui.enabled", "true",
                "spark.ui.port", Integer.toString(port),
                "spark.metrics.conf.*.sink.jmx.class", "org.apache.spark.metrics.sink.JmxSink",
                "spark.metrics.conf.*.sink.prometheusServlet.class", "org.apache.spark.metrics.sink.PrometheusServlet",
                "spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus");
    }

    @AfterEach
    void cleanUp() {
        settings.keySet().forEach(System::clearProperty);
        System.clearProperty("spark.master");
    }

    @Test
    void showHowFarAStudyIs(@TempDir Path folder) throws Exception {
        Path config = SmallStudy.write(folder, "training.batch-size=8", "training.fine-tune.epochs=6");
        Program.useLocalSpark(folder);
        settings.forEach(System::setProperty);
        CompletableFuture<Program> study = CompletableFuture.supplyAsync(() -> Program.run(
                "search",
                config.toString(),
                "--output",
                folder.resolve("results").toString()));

        assertThat(await("metrics_\\w+_driver_espalier_tasks_(?:Number|Value)\\{[^}]*\\} 12\\b", "/metrics/prometheus"))
                .isNotEmpty();
        String done = await(
                "metrics_\\w+_driver_espalier_tasksDone_(?:Number|Value)\\{[^}]*\\} ([1-9]\\d*)",
                "/metrics/prometheus");
        assertThat(Integer.parseInt(done)).isBetween(1, 12);
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = beans.queryNames(new ObjectName("metrics:name=*.driver.espalier.finished,*"), null).stream()
                .findFirst()
                .orElseThrow();
        assertThat((long) beans.getAttribute(name, "Count")).isPositive();
        String application = await("\"id\" : \"([^\"]+)\"", "/api/v1/applications");
        assertThat(await(
                        "\"description\" : \"(study small, round 1, rung 1: trial round-1-00[^\"]+)\"",
                        "/api/v1/applications/" + application + "/jobs"))
                .isNotEmpty();
        assertThat(study.get(4, TimeUnit.MINUTES).exitCode()).isZero();
    }

    /** The first group, or all, of what a page of Spark's shows sooner or later. */
    private String await(String pattern, String page) throws IOException, InterruptedException {
        Pattern wanted = Pattern.compile(pattern);
        return StandaloneCluster.await(pattern, () -> {
            Matcher found = wanted.matcher(read(page));
            return found.find() ? Optional.of(found.group(Math.min(1, found.groupCount()))) : Optional.empty();
        });
    }

    private String read(String page) throws IOException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(address + page)).build();
            return HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.ALWAYS)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (ConnectException e) {
            return "";
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
