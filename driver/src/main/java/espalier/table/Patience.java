package espalier.table;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.security.AccessControlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a study waits for a file system that fails: name nodes fail over, data nodes start again, disks are full until
 * somebody makes room. A call is tried again after pauses that double, up to half a minute, until its time is up.
 */
public final class Patience {
    /** The first failure counts. */
    public static final Patience NONE = new Patience(Duration.ZERO, Duration.ZERO);

    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Duration longest;
    private final Duration firstPause;
    private final CountDownLatch end = new CountDownLatch(1);

    Patience(Duration longest, Duration firstPause) {
        this.longest = longest;
        this.firstPause = firstPause;
    }

    /**
     * Patience for each call of its own.
     *
     * @param longest from a call's first failure to its last attempt
     */
    public static Patience of(Duration longest) {
        return new Patience(longest, FIRST_PAUSE);
    }

    /** Ends all waiting: what fails from now on has failed for good. To be called from another thread. */
    public void end() {
        end.countDown();
    }

    /** Something that a file system may refuse for a while. Doing it twice is the same as doing it once. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws IOException;
    }

    /**
     * Makes a call until it succeeds or its time is up.
     *
     * @param what it does, for the log: {@code write 3 rows}
     * @throws IOException the last failure, or the first one that waiting does not mend
     */
    <T> T call(String what, Call<T> call) throws IOException {
        long start = 0;
        Duration pause = firstPause;
        while (true) {
            try {
                return call.run();
            } catch (IOException | RuntimeException | FSError e) {
                start = start == 0 ? System.nanoTime() : start;
                Duration left = longest.minusNanos(System.nanoTime() - start);
                if (left.isNegative() || left.isZero() || end.getCount() == 0 || !mayPass(e)) {
                    throw e;
                }
                pause = pause.compareTo(left) < 0 ? pause : left;
                LOG.warn(
                        "cannot {} ({}): trying again in {} s, and for {} s at most",
                        what,
                        StudyFolderException.reason(e),
                        pause.toMillis() / 1000.0,
                        left.toSeconds());
                await(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    /** Whether a failure is of the file system, and none of permissions. Hadoop wraps some, and throws a full disk as an error. */
    private static boolean mayPass(Throwable failure) {
        boolean denied = causes(failure)
                .anyMatch(cause -> cause instanceof AccessControlException
                        || cause instanceof java.nio.file.AccessDeniedException);
        return !denied && causes(failure).anyMatch(cause -> cause instanceof IOException || cause instanceof FSError);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(16);
    }

    private void await(Duration pause) throws IOException {
        try {
            var unused = end.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting to try again", e);
        }
    }
}
