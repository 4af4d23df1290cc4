package espalier.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in 64 lower-case hexadecimal digits: the identity of data in the records of a study. */
public final class Fingerprint {
    private static final int BUFFER_BYTES = 1 << 16;

    private Fingerprint() {}

    /** Of the image shape, the number of images and of classes, the pixels and the labels. */
    public static String of(ImageSet images) {
        MessageDigest digest = sha256();
        digest.update("ImageSet".getBytes(UTF_8));
        digest.update(ByteBuffer.allocate(5 * Integer.BYTES)
                .putInt(images.count())
                .putInt(images.channels())
                .putInt(images.height())
                .putInt(images.width())
                .putInt(images.classes())
                .array());
        digest.update(images.pixels());
        digest.update(images.labels());
        return hex(digest);
    }

    public static String of(byte[] bytes) {
        MessageDigest digest = sha256();
        digest.update(bytes);
        return hex(digest);
    }

    /** Of the text's UTF-8 bytes. */
    public static String of(String text) {
        return of(text.getBytes(UTF_8));
    }

    /** Of a local file's bytes, read in pieces. */
    public static String of(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return hex(digest);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(
                    "this Java runtime has no SHA-256, which every one must have: use another", e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
