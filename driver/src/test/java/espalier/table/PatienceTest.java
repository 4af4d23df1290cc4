package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PatienceTest {
    private final IOException full = new IOException("No space left on device");

    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void triesAgainUntilTheCallSucceeds() throws IOException {
        Patience patience = new Patience(Duration.ofMinutes(1), Duration.ofMillis(1));

        assertThat(patience.call("write", () -> failing(full, 5))).isEqualTo(6);
    }

    @Test
    void givesUpWhenItsTimeIsUp() {
        Patience patience = new Patience(Duration.ofMillis(100), Duration.ofMillis(10));
        long start = System.nanoTime();

        assertThatThrownBy(() -> patience.call("write", () -> failing(full, Integer.MAX_VALUE)))
                .isSameAs(full);
        assertThat(attempts).hasValueBetween(2, 5);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void withoutAnyTheFirstFailureCounts() {
        assertThatThrownBy(() -> Patience.NONE.call("write", () -> failing(full, 1)))
                .isSameAs(full);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void waitsForWhatHadoopWrapsToo() throws IOException {
        Patience patience = new Patience(Duration.ofMinutes(1), Duration.ofMillis(1));

        assertThat(patience.<Integer>call("write", () -> failing(new UncheckedIOException(full), 1)))
                .isEqualTo(2);
    }

    @Test
    void waitsForAFullDiskWhichHadoopThrowsAsAnError() {
        Patience patience = new Patience(Duration.ofMillis(100), Duration.ofMillis(10));

        assertThatThrownBy(() -> patience.call("write", this::writeToAFullDisk))
                .isInstanceOf(FSError.class)
                .hasRootCauseMessage("No space left on device");
        assertThat(attempts).hasValueGreaterThan(1);
    }

    @Test
    void doesNotWaitForWhatOnlyAPersonCanMend() {
        for (Throwable failure : new Throwable[] {
            new StudyFolderException("the lock is lost"),
            new IllegalStateException("a mistake in a program"),
            new AccessControlException("Permission denied"),
            new IOException(new AccessDeniedException("/study"))
        }) {
            attempts.set(0);
            assertThatThrownBy(() -> Patience.of(Duration.ofMinutes(1)).call("write", () -> failing(failure, 9)))
                    .isSameAs(failure);
            assertThat(attempts).hasValue(1);
        }
    }

    @Test
    void whoWaitsIsCalledBackWhenItEnds() throws Exception {
        Patience patience = new Patience(Duration.ofMinutes(5), Duration.ofMinutes(5));
        Thread waiting = Thread.currentThread();
        Thread stop = new Thread(() -> {
            while (attempts.get() == 0 || waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            patience.end();
        });
        stop.start();

        assertThatThrownBy(() -> patience.call("write", () -> failing(full, Integer.MAX_VALUE)))
                .isSameAs(full);
        assertThat(attempts).hasValue(2);
        stop.join();
    }

    private int writeToAFullDisk() throws IOException {
        attempts.incrementAndGet();
        FileSystem disk = FileSystem.getLocal(new Configuration()).getRaw();
        try (var out = disk.append(new Path("/dev/full"))) {
            out.write(new byte[1 << 16]);
        }
        return attempts.get();
    }

    /** Fails that many times in all; then says how often it was called. */
    private int failing(Throwable failure, int times) throws IOException {
        if (attempts.incrementAndGet() > times) {
            return attempts.get();
        }
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }
}
