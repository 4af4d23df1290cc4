package espalier.data;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import espalier.text.FirstLine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Downloads files whose SHA-256 is known. Bytes go to a {@code .part} file beside the target, which takes the target's name
 * in one step when its checksum is right: under the target's name there is never half a file. A {@code .part} file that an
 * earlier attempt left is resumed where the server can do that, and begun anew where it cannot.
 *
 * <p>Every failure is a {@link DataException} of one line with address, cause and mend.
 */
public final class FileDownload {
    /** How a file came to be there. */
    public enum Outcome {
        /** It was there before, with the right checksum. */
        PRESENT,
        /** Its bytes were fetched from the first to the last. */
        DOWNLOADED,
        /** An earlier attempt's bytes were kept, and the missing ones fetched. */
        RESUMED
    }

    /** Told from time to time, and at the end, how far a download is. */
    @FunctionalInterface
    public interface Progress {
        /** Tells nobody. */
        Progress NONE = (file, bytes, total) -> {};

        /**
         * Tells how far a file is.
         *
         * @param bytes how many bytes of the file are there
         * @param total how many there will be, or -1 if the server does not say
         */
        void report(Path file, long bytes, long total);
    }

    private static final Duration LONGEST_POLL = Duration.ofMillis(200);
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final HttpClient client;
    private final Duration timeout;
    private final Duration poll;
    private final Progress progress;

    /**
     * Prepares for any number of downloads.
     *
     * @param timeout the longest wait for a connection, and for the next byte
     * @throws IllegalArgumentException if the time-out is not positive
     */
    public FileDownload(Duration timeout, Progress progress) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout is %s, but must be above 0: change it".formatted(timeout));
        }
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(timeout)
                .build();
        this.timeout = timeout;
        this.poll = timeout.compareTo(LONGEST_POLL) < 0 ? timeout : LONGEST_POLL;
        this.progress = progress;
    }

    /**
     * Makes sure that a file is there and right; makes its folder if need be.
     *
     * @param source an http or https address
     * @param sha256 64 lower-case hexadecimal digits
     * @throws DataException if the file cannot be fetched, or is not the expected one; what was fetched of it stays for the
     *     next attempt in the first case, and is deleted in the second
     */
    public Outcome fetch(URI source, Path target, String sha256) {
        if (!"http".equals(source.getScheme()) && !"https".equals(source.getScheme())) {
            throw new DataException(
                    "%s cannot be downloaded: expected an http:// or https:// address: correct it".formatted(source));
        }
        Path file = target.toAbsolutePath();
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            if (isRight(file, sha256)) {
                return Outcome.PRESENT;
            }
            Files.createDirectories(file.getParent());
            Outcome outcome = isRight(part, sha256) ? Outcome.RESUMED : new Transfer(source, file, part).run();
            verify(source, part, sha256);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            return outcome;
        } catch (IOException e) {
            throw new DataException(
                    "%s cannot be stored: %s: check the folder, its permissions and the free space"
                            .formatted(file, FirstLine.withKind(e)),
                    e);
        }
    }

    private static boolean isRight(Path file, String sha256) throws IOException {
        return Files.exists(file) && Fingerprint.of(file).equals(sha256);
    }

    private static void verify(URI source, Path part, String sha256) throws IOException {
        String found = Fingerprint.of(part);
        if (!found.equals(sha256)) {
            Files.delete(part);
            throw new DataException(
                    "%s has the SHA-256 %s, expected %s, and was deleted: run again, or give a mirror's address"
                            .formatted(source, found, sha256));
        }
    }

    /** One file on its way from its address into its {@code .part} file. */
    private final class Transfer {
        private final URI source;
        private final Path file;
        private final Path part;
        private final AtomicLong total = new AtomicLong(-1);

        Transfer(URI source, Path file, Path part) {
            this.source = source;
            this.file = file;
            this.part = part;
        }

        Outcome run() throws IOException {
            long present = size();
            HttpResponse<Path> response = request(present);
            if (response.statusCode() == RANGE_NOT_SATISFIABLE
                    || (response.statusCode() == PARTIAL_CONTENT && !continuesAt(present, response.headers()))) {
                Files.deleteIfExists(part);
                present = 0;
                response = request(present);
            }
            boolean resumed = response.statusCode() == PARTIAL_CONTENT && continuesAt(present, response.headers());
            if (response.statusCode() != OK && !resumed) {
                throw new DataException(
                        "%s cannot be downloaded: the server answered %d, expected 200: check the address, or give a mirror's"
                                .formatted(source, response.statusCode()));
            }
            progress.report(file, size(), total.get());
            return resumed ? Outcome.RESUMED : Outcome.DOWNLOADED;
        }

        private HttpResponse<Path> request(long present) throws IOException {
            HttpRequest.Builder request = HttpRequest.newBuilder(source);
            if (present > 0) {
                request.header("Range", "bytes=" + present + "-");
            }
            try {
                return await(client.sendAsync(request.build(), answer -> body(answer, present)));
            } catch (IOException e) {
                throw new DataException(
                        "%s cannot be downloaded: %s; %d bytes are kept in %s: check the network and run again to go on"
                                .formatted(source, FirstLine.withKind(e), size(), part),
                        e);
            }
        }

        private BodySubscriber<Path> body(ResponseInfo answer, long present) {
            long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
            if (answer.statusCode() == OK) {
                total.set(length);
                return BodySubscribers.ofFile(part, CREATE, WRITE, TRUNCATE_EXISTING);
            }
            if (answer.statusCode() == PARTIAL_CONTENT && continuesAt(present, answer.headers())) {
                total.set(length < 0 ? -1 : present + length);
                return BodySubscribers.ofFile(part, WRITE, APPEND);
            }
            return BodySubscribers.replacing(part);
        }

        /** Waits for the end of the answer, and gives up when nothing has come for too long. */
        private HttpResponse<Path> await(CompletableFuture<HttpResponse<Path>> response) throws IOException {
            long seen = size();
            long lastGrowth = System.nanoTime();
            while (true) {
                try {
                    return response.get(poll.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    long size = size();
                    if (size != seen) {
                        seen = size;
                        lastGrowth = System.nanoTime();
                        progress.report(file, size, total.get());
                    } else if (System.nanoTime() - lastGrowth > timeout.toNanos()) {
                        response.cancel(true);
                        throw new HttpTimeoutException("nothing came for " + timeout.toMillis() + " ms");
                    }
                } catch (InterruptedException e) {
                    response.cancel(true);
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("the download was interrupted");
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
                }
            }
        }

        private long size() throws IOException {
            return Files.exists(part) ? Files.size(part) : 0;
        }
    }

    private static boolean continuesAt(long present, HttpHeaders headers) {
        String range = headers.firstValue("Content-Range").orElse("");
        return present > 0 && range.startsWith("bytes " + present + "-");
    }
}
