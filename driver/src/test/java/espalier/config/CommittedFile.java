package espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the repository that is generated; with {@code -Despalier.regenerate=true} the tests write it anew. */
final class CommittedFile {
    private static final Path REPOSITORY = Path.of("..");
    private static final String REGENERATE =
            "mvn -q test -pl driver -am -Dtest='espalier.config.*Test' -Dsurefire.failIfNoSpecifiedTests=false -Despalier.regenerate=true";

    private CommittedFile() {}

    static Path path(String name) {
        return REPOSITORY.resolve(name);
    }

    static String text(String name) {
        try {
            return Files.readString(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void assertHolds(String name, String generated) {
        if (Boolean.getBoolean("espalier.regenerate")) {
            try {
                Files.writeString(path(name), generated);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(text(name))
                .as("%s is generated and out of date: write it anew with %s", name, REGENERATE)
                .isEqualTo(generated);
    }
}
