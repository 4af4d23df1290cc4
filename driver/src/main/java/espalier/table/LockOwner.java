package espalier.table;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Who holds a study's lock, as the lock's file says.
 *
 * @param token unique to this holding of the lock
 * @param host host of the driver
 * @param pid process of the driver
 * @param processStarted when that process started: a later process may get the same number
 * @param user user of the driver
 * @param since when the lock was taken
 * @param heartbeat when the holder last said that it is alive
 */
record LockOwner(
        String token, String host, long pid, Instant processStarted, String user, Instant since, Instant heartbeat) {

    /** A holder on another host that has not been heard of for this long is dead. */
    static final Duration SILENCE = Duration.ofMinutes(5);

    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(5);

    /** This process, taking the lock now. */
    static LockOwner thisProcess() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        ProcessHandle process = ProcessHandle.current();
        return new LockOwner(
                UUID.randomUUID().toString(),
                localHost(),
                process.pid(),
                startOf(process),
                System.getProperty("user.name", "unknown"),
                now,
                now);
    }

    LockOwner beating(Instant now) {
        return new LockOwner(token, host, pid, processStarted, user, since, now.truncatedTo(ChronoUnit.SECONDS));
    }

    /** Whether the holder still lives: on this host the process tells, on another one the heartbeat. */
    boolean isAlive(Instant now) {
        boolean beating = Duration.between(heartbeat, now).compareTo(SILENCE) < 0;
        if (!host.equals(localHost())) {
            return beating;
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> beating || isSameProcess(process))
                .isPresent();
    }

    /** Start times follow the system clock, which is corrected now and then. */
    private boolean isSameProcess(ProcessHandle process) {
        return Duration.between(startOf(process), processStarted).abs().compareTo(CLOCK_TOLERANCE) <= 0;
    }

    /** Lines of {@code name: value}, which a person can read. */
    String text() {
        return "token: " + token + "\nhost: " + host + "\npid: " + pid + "\nprocess-started: " + processStarted
                + "\nuser: " + user + "\nsince: " + since + "\nheartbeat: " + heartbeat + "\n";
    }

    /** The owner that a lock's file names, or nothing where the text is not whole. */
    static Optional<LockOwner> parse(String text) {
        Map<String, String> values = text.lines()
                .map(line -> line.split(": ", 2))
                .filter(parts -> parts.length == 2)
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, second) -> second));
        try {
            return Optional.of(new LockOwner(
                    Checks.present("token", values.get("token")),
                    Checks.present("host", values.get("host")),
                    Long.parseLong(Checks.present("pid", values.get("pid"))),
                    Instant.parse(Checks.present("process-started", values.get("process-started"))),
                    Checks.present("user", values.get("user")),
                    Instant.parse(Checks.present("since", values.get("since"))),
                    Instant.parse(Checks.present("heartbeat", values.get("heartbeat")))));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /** For messages: {@code process 4711 of ann on node-3 since 2026-01-02T03:04:05Z}. */
    @Override
    public String toString() {
        return "process " + pid + " of " + user + " on " + host + " since " + since;
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH).truncatedTo(ChronoUnit.SECONDS);
    }

    private static String localHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }
}
