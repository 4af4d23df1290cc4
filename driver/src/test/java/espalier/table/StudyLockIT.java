package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyLockIT {
    private final Path output;
    private final StudyFolder folder;

    StudyLockIT(@TempDir Path output) {
        this.output = output;
        this.folder = StudyFolder.of(output.toString(), "demo", new Configuration());
    }

    @Test
    void isRefusedWhileAnotherProcessLivesAndTakenOverOnceItIsKilled() throws Exception {
        try (ForkedDriver driver = ForkedDriver.holding(output)) {
            assertThat(driver.nextLine()).isEqualTo("locked");
            assertThatThrownBy(folder::lock)
                    .isInstanceOf(StudyFolderException.class)
                    .hasMessageStartingWith("this study is being written by process " + driver.pid() + " of ");

            driver.kill();

            assertThat(folder.exists("LOCK")).isTrue();
            folder.lock().close();
        }
    }

    @Test
    void goesAwayWhenTheProcessEndsWithoutClosingIt() throws Exception {
        try (ForkedDriver driver = ForkedDriver.holding(output)) {
            assertThat(driver.nextLine()).isEqualTo("locked");

            driver.end();

            assertThat(folder.exists("LOCK")).isFalse();
        }
    }
}
