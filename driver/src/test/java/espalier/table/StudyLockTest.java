package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    void isRefusedWhileItIsHeld() {
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

    private static LockOwner owner(String host, long pid, Instant heartbeat) {
        Instant since = Instant.parse("2026-01-02T03:04:05Z");
        return new LockOwner("token-of-ann", host, pid, since, "ann", since, heartbeat);
    }
}
