package espalier.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {
    /** The example of FIPS 180-4. */
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private final Path folder;

    FingerprintTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void isSha256() throws IOException {
        Path file = Files.writeString(folder.resolve("abc"), "abc");

        assertThat(Fingerprint.of("abc")).isEqualTo(OF_ABC);
        assertThat(Fingerprint.of("abc".getBytes(UTF_8))).isEqualTo(OF_ABC);
        assertThat(Fingerprint.of(file)).isEqualTo(OF_ABC);
    }

    @Test
    void readsFilesLongerThanItsBuffer() throws IOException {
        byte[] bytes = TestImages.random(1, 1, 500, 401, 1).pixels();

        assertThat(Fingerprint.of(Files.write(folder.resolve("long"), bytes))).isEqualTo(Fingerprint.of(bytes));
    }

    @Test
    void tellsImageSetsApartByEveryComponent() {
        byte[] pixels = new byte[12];
        byte[] otherPixels = new byte[12];
        otherPixels[11] = 1;
        Stream<ImageSet> sets = Stream.of(
                new ImageSet(1, 2, 3, 2, pixels, new byte[] {0, 1}),
                new ImageSet(1, 3, 2, 2, pixels, new byte[] {0, 1}),
                new ImageSet(2, 1, 3, 2, pixels, new byte[] {0, 1}),
                new ImageSet(1, 2, 3, 3, pixels, new byte[] {0, 1}),
                new ImageSet(1, 2, 3, 2, otherPixels, new byte[] {0, 1}),
                new ImageSet(1, 2, 3, 2, pixels, new byte[] {1, 0}));

        assertThat(sets.map(Fingerprint::of)).doesNotHaveDuplicates().allMatch(text -> text.matches("[0-9a-f]{64}"));
        assertThat(Fingerprint.of(new ImageSet(1, 2, 3, 2, pixels, new byte[] {0, 1})))
                .isEqualTo(Fingerprint.of(new ImageSet(1, 2, 3, 2, new byte[12], new byte[] {0, 1})));
    }
}
