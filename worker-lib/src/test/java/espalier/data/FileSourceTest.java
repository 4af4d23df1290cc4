package espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
    private final FileSource source = FileSource.local();

    @Test
    void localOpensFilesOnly(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");

        assertThat(source.exists(file.toString())).isTrue();
        assertThat(source.exists(folder.toString())).isFalse();
        assertThat(source.exists(folder.resolve("other").toString())).isFalse();
        try (InputStream in = source.open(file.toString())) {
            assertThat(in).hasContent("text");
        }
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(
                        () -> source.open(folder.resolve("other").toString()).close());
    }
}
