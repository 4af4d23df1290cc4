package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LockOwnerTest {
    private final Instant now = Instant.now();

    @Test
    void readsBackItsText() {
        LockOwner owner = LockOwner.thisProcess();

        assertThat(LockOwner.parse(owner.text())).contains(owner);
        assertThat(LockOwner.parse(owner.beating(now.plusSeconds(60)).text()))
                .hasValueSatisfying(later -> assertThat(later.heartbeat()).isAfter(owner.heartbeat()));
    }

    @Test
    void readsNothingFromATextThatIsNotWhole() {
        String text = LockOwner.thisProcess().text();

        assertThat(LockOwner.parse("")).isEmpty();
        assertThat(LockOwner.parse(text.substring(0, text.length() / 2))).isEmpty();
        assertThat(LockOwner.parse(text.replaceAll("pid: \\d+", "pid: many"))).isEmpty();
        assertThat(LockOwner.parse(text.replaceAll("since: .*", "since: today")))
                .isEmpty();
    }

    @Test
    void thisProcessIsAliveEvenWithoutAHeartbeat() {
        LockOwner owner = LockOwner.thisProcess().beating(Instant.EPOCH);

        assertThat(owner.isAlive(now)).isTrue();
    }

    @Test
    void anotherHostIsAliveForAsLongAsItIsHeardOf() {
        LockOwner self = LockOwner.thisProcess();
        LockOwner other = new LockOwner("t", "another-host", self.pid(), self.processStarted(), "ann", now, now);

        assertThat(other.isAlive(now.plus(LockOwner.SILENCE).minusSeconds(1))).isTrue();
        assertThat(other.isAlive(now.plus(LockOwner.SILENCE))).isFalse();
    }
}
