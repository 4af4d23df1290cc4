package espalier.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FirstLineTest {

    @Test
    void isThatOfTheMessage() {
        assertThat(FirstLine.of(new IllegalStateException("\n  disk is full \n\tat x")))
                .isEqualTo("disk is full");
    }

    @Test
    void isTheKindOfAnErrorWithoutAMessage() {
        assertThat(FirstLine.of(new IllegalStateException())).isEqualTo("IllegalStateException");
        assertThat(FirstLine.of(new IllegalStateException("\n"))).isEqualTo("IllegalStateException");
    }

    @Test
    void canHaveTheKindInFront() {
        assertThat(FirstLine.withKind(new IllegalStateException("full\nat x")))
                .isEqualTo("IllegalStateException: full");
        assertThat(FirstLine.withKind(new IllegalStateException())).isEqualTo("IllegalStateException");
    }
}
