package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.file.AtomicFiles;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StudyLockTest {
    private final Path output;
    private final Path lockFile;
    private final StudyFolder folder;

    StudyLockTest(@TempDir Path output) {
        this.output = output;
        this.lockFile = output.resolve("demo/LOCK");
        this.folder = StudyFolder.of(output.toString(), "demo", OtherFileSystem.configuration());
    }

    @Test
    void namesItsOwnerAndGoesAwayOnClose() throws IOException {
        try (StudyLock lock = folder.lock()) {
            lock.requireHeld();
            assertThat(Files.readString(lockFile))
                    .contains("pid: " + ProcessHandle.current().pid(), "host: ", "user: ", "since: ", "heartbeat: ");
        }
        assertThat(lockFile).doesNotExist();
    }

    @Test
    void isRefusedWhileItIsHeld() throws IOException {
        try (StudyLock held = folder.lock()) {
            assertThatThrownBy(folder::lock)
                    .isInstanceOf(StudyFolderException.class)
                    .hasMessageStartingWith("this study is being written by process "
                            + ProcessHandle.current().pid() + " of ")
                    .hasMessageContaining(": wait for it or stop it, or run under another study name (lock file:")
                    .hasMessageNotContaining("\n");
            held.requireHeld();
        }
        folder.lock().close();
    }

    @Test
    void canBeClosedTwiceAndIsThenNotHeld() {
        StudyLock lock = folder.lock();
        lock.close();
        lock.close();

        assertThatThrownBy(lock::requireHeld)
                .isInstanceOf(StudyFolderException.class)
                .hasMessageEndingWith("is no longer held by this driver: it was closed");
    }

    @Test
    void closingDoesNotDeleteTheLockOfAnother() throws IOException {
        StudyLock lock = folder.lock();
        String other = owner("another-host", 1, Instant.now()).text();
        Files.writeString(lockFile, other);

        lock.close();

        assertThat(lockFile).hasContent(other);
    }

    @Test
    void isTakenOverFromADriverOnAnotherHostThatWentSilent() throws IOException {
        write(owner("another-host", 1, Instant.now().minus(LockOwner.SILENCE)));

        try (StudyLock lock = folder.lock()) {
            lock.requireHeld();
        }
    }

    @Test
    void isRefusedWhileADriverOnAnotherHostIsHeardOf() throws IOException {
        write(owner("another-host", 1, Instant.now().minusSeconds(60)));

        assertThatThrownBy(folder::lock)
                .isInstanceOf(StudyFolderException.class)
                .hasMessageContaining("process 1 of ann on another-host since 2026-01-02T03:04:05Z");
    }

    @Test
    void isTakenOverWhereTheProcessNumberWentToAnotherProcess() throws IOException {
        LockOwner self = LockOwner.thisProcess();
        write(owner(self.host(), self.pid(), Instant.now().minus(LockOwner.SILENCE)));

        folder.lock().close();
    }

    @Test
    void saysWhatToDoWithALockThatNamesNobody() throws IOException {
        Files.createDirectories(lockFile.getParent());
        Files.writeString(lockFile, "");

        assertThatThrownBy(folder::lock)
                .isInstanceOf(StudyFolderException.class)
                .hasMessageEndingWith(
                        " names no owner, or its takeover was cut short: if no driver is running on this study,"
                                + " delete file:" + lockFile + " and file:" + lockFile + ".takeover");
    }

    @Test
    void isNotTrustedWhileItCannotBeRefreshed() throws IOException {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        FailingFiles files = new FailingFiles();
        try (StudyLock lock = StudyLock.acquire(files, files.file, now::get)) {
            files.away = true;
            lock.requireHeld();
            now.set(Instant.now().plus(LockOwner.SILENCE));
            assertThatThrownBy(lock::requireHeld)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("LOCK could not be refreshed since ");

            files.away = false;
            lock.requireHeld();

            files.content =
                    Optional.of(owner("another-host", 1, Instant.now()).text().getBytes(StandardCharsets.UTF_8));
            now.set(Instant.now().plus(LockOwner.SILENCE.multipliedBy(2)));
            assertThatThrownBy(lock::requireHeld)
                    .isInstanceOf(StudyFolderException.class)
                    .hasMessageEndingWith("another one took it over, so stop this one");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "other:"})
    void goesToOneOfManyThatStartAtOnce(String scheme) throws Exception {
        StudyFolder there = StudyFolder.of(scheme + output, "demo", OtherFileSystem.configuration());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 10; round++) {
                List<StudyLock> held = lockAtOnce(there, threads);
                assertThat(held).hasSize(1);
                held.get(0).requireHeld();
                held.get(0).close();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aDeadLockGoesToOneOfManyThatStartAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 10; round++) {
                write(owner("another-host", 1, Instant.EPOCH));
                List<StudyLock> held = lockAtOnce(folder, threads);
                assertThat(held).hasSize(1);
                assertThat(Files.readString(lockFile))
                        .contains("pid: " + ProcessHandle.current().pid());
                held.get(0).close();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<StudyLock> lockAtOnce(StudyFolder folder, ExecutorService threads) throws Exception {
        List<Future<StudyLock>> attempts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            attempts.add(threads.submit(folder::lock));
        }
        List<StudyLock> held = new ArrayList<>();
        for (Future<StudyLock> attempt : attempts) {
            try {
                held.add(attempt.get());
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(StudyFolderException.class);
            }
        }
        return held;
    }

    private void write(LockOwner owner) throws IOException {
        Files.createDirectories(lockFile.getParent());
        Files.writeString(lockFile, owner.text());
    }

    /** One file, on a file system that goes away and comes back. */
    private static final class FailingFiles implements AtomicFiles {
        private final org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path("/study/LOCK");
        private Optional<byte[]> content = Optional.empty();
        private boolean away;

        @Override
        public boolean createNew(org.apache.hadoop.fs.Path path, byte[] bytes) {
            content = Optional.of(bytes);
            return true;
        }

        @Override
        public void replace(org.apache.hadoop.fs.Path path, byte[] bytes) {
            content = Optional.of(bytes);
        }

        @Override
        public Optional<byte[]> read(org.apache.hadoop.fs.Path path) throws IOException {
            if (away) {
                throw new ConnectException("no name node");
            }
            return content;
        }

        @Override
        public Optional<String> linkBetween(org.apache.hadoop.fs.Path folder, org.apache.hadoop.fs.Path path) {
            return Optional.empty();
        }

        @Override
        public void delete(org.apache.hadoop.fs.Path path) {
            content = Optional.empty();
        }
    }

    private static LockOwner owner(String host, long pid, Instant heartbeat) {
        Instant since = Instant.parse("2026-01-02T03:04:05Z");
        return new LockOwner("token-of-ann", host, pid, since, "ann", since, heartbeat);
    }
}
