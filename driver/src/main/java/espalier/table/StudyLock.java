package espalier.table;

import espalier.file.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write to a study, held by one driver at a time. The lock is a file that names its owner and carries a
 * heartbeat; one whose owner is dead is taken over. It goes away on {@link #close()} and when the process ends.
 */
public final class StudyLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StudyLock.class);
    private static final Duration BEAT = Duration.ofSeconds(30);

    /** After so long without a beat, another driver might take this one for dead while it writes. */
    private static final Duration LONGEST_TRUST = LockOwner.SILENCE.minus(BEAT.multipliedBy(2));

    private static final int ATTEMPTS = 8;

    private final AtomicFiles files;
    private final Path file;
    private final LockOwner owner;
    private final InstantSource clock;
    private final ScheduledExecutorService heart;
    private final Runnable atExit = this::release;
    private volatile Instant lastBeat;
    private volatile boolean lost;
    private volatile boolean closed;

    private StudyLock(AtomicFiles files, Path file, LockOwner owner, InstantSource clock) {
        this.files = files;
        this.file = file;
        this.owner = owner;
        this.clock = clock;
        this.lastBeat = owner.since();
        this.heart = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "study-lock");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** @throws StudyFolderException where a living driver holds the lock, naming it and the mend */
    static StudyLock acquire(AtomicFiles files, Path file) {
        return acquire(files, file, InstantSource.system());
    }

    static StudyLock acquire(AtomicFiles files, Path file, InstantSource clock) {
        LockOwner self = LockOwner.thisProcess();
        try {
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                if (files.createNew(file, self.text().getBytes(StandardCharsets.UTF_8))) {
                    return new StudyLock(files, file, self, clock).started();
                }
                buryIfDead(files, file, self, attempt);
            }
        } catch (IOException e) {
            throw new StudyFolderException(
                    "cannot take the lock " + file + " (" + StudyFolderException.reason(e)
                            + "): make the folder writable",
                    e);
        }
        throw new StudyFolderException("the lock " + file
                + " names no owner, or its takeover was cut short: if no driver is running on this study, delete "
                + file
                + " and " + takeover(file));
    }

    /**
     * Stops here where the lock is not held.
     *
     * @throws StudyFolderException where it is lost, which takes a driver that slept, or had no file system, for so long that
     *     another one took it for dead
     * @throws IOException where that cannot be told, since the file system is away
     */
    void requireHeld() throws IOException {
        if (isSilent()) {
            beat();
        }
        if (closed || lost) {
            throw new StudyFolderException("the lock " + file + " is no longer held by this driver"
                    + (lost ? ": another one took it over, so stop this one" : ": it was closed"));
        }
        if (isSilent()) {
            throw new IOException("the lock " + file + " could not be refreshed since " + lastBeat);
        }
    }

    private boolean isSilent() {
        return Duration.between(lastBeat, clock.instant()).compareTo(LONGEST_TRUST) > 0;
    }

    /** Releases the lock; doing so twice is fine. */
    @Override
    public void close() {
        release();
        if (!ShutdownHookManager.get().isShutdownInProgress()) {
            ShutdownHookManager.get().removeShutdownHook(atExit);
        }
    }

    private StudyLock started() {
        // Before Hadoop closes its file systems, which it does in a hook of its own.
        ShutdownHookManager.get().addShutdownHook(atExit, FileSystem.SHUTDOWN_HOOK_PRIORITY + 1);
        var unused = heart.scheduleAtFixedRate(this::beat, BEAT.toSeconds(), BEAT.toSeconds(), TimeUnit.SECONDS);
        return this;
    }

    private synchronized void release() {
        if (closed) {
            return;
        }
        closed = true;
        heart.shutdown();
        try {
            if (isOurs()) {
                files.delete(file);
            }
        } catch (IOException e) {
            LOG.warn(
                    "cannot delete the lock {} ({}): the next driver will take it over",
                    file,
                    StudyFolderException.reason(e));
        }
    }

    private synchronized void beat() {
        if (closed || lost) {
            return;
        }
        try {
            Instant now = clock.instant();
            if (isOurs()) {
                files.replace(file, owner.beating(now).text().getBytes(StandardCharsets.UTF_8));
                lastBeat = now;
            } else {
                lost = true;
                LOG.error("the lock {} was taken over by another driver", file);
            }
        } catch (IOException e) {
            LOG.warn("cannot refresh the lock {} ({})", file, StudyFolderException.reason(e));
        }
    }

    private boolean isOurs() throws IOException {
        return read(files, file)
                .filter(found -> found.token().equals(owner.token()))
                .isPresent();
    }

    private static Optional<LockOwner> read(AtomicFiles files, Path file) throws IOException {
        return files.read(file)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .flatMap(LockOwner::parse);
    }

    private static void buryIfDead(AtomicFiles files, Path file, LockOwner self, int attempt) throws IOException {
        Optional<LockOwner> found = read(files, file);
        if (found.isEmpty()) {
            pause(attempt); // just released, or created and not yet written
            return;
        }
        LockOwner holder = found.get();
        if (holder.isAlive(Instant.now())) {
            throw new StudyFolderException("this study is being written by " + holder
                    + ": wait for it or stop it, or run under another study name (lock " + file + ")");
        }
        Path guard = takeover(file);
        if (!files.createNew(guard, self.text().getBytes(StandardCharsets.UTF_8))) {
            pause(attempt); // another driver is at it
            return;
        }
        try {
            bury(files, file, holder);
        } finally {
            files.delete(guard);
        }
    }

    /** Under the guard of {@link #takeover}, or a slow driver would delete the fresh lock of a fast one. */
    private static void bury(AtomicFiles files, Path file, LockOwner dead) throws IOException {
        boolean unchanged = read(files, file)
                .filter(found -> found.token().equals(dead.token()))
                .isPresent();
        if (unchanged) {
            LOG.warn("taking over the lock of {}, which is dead", dead);
            files.delete(file);
        }
    }

    private static Path takeover(Path file) {
        return file.suffix(".takeover");
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(50L * attempt);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StudyFolderException("interrupted while waiting for the lock", e);
        }
    }
}
