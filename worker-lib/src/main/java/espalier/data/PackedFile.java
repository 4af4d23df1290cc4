package espalier.data;

import espalier.text.FirstLine;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.tukaani.xz.XZIOException;
import org.tukaani.xz.XZInputStream;

/**
 * A file that is read in place from its first byte to its last: packed with gzip or xz, or plain. Its first bytes say which,
 * not its name. Whatever is wrong with it is a {@link DataException} of one line.
 */
final class PackedFile {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int FIRST_ALLOCATION_BYTES = 1 << 20;
    /** Memory that a file may ask of its reader; the largest dictionary of the usual xz presets takes 65 MiB. */
    private static final int XZ_LIMIT_KIB = 256 << 10;

    private enum Packing {
        PLAIN("", ""),
        GZIP(".gz", "1f8b"),
        XZ(".xz", "fd377a585a00");

        private final String suffix;
        /** The first bytes of such a file, in hexadecimal. */
        private final String magic;

        Packing(String suffix, String magic) {
            this.suffix = suffix;
            this.magic = magic;
        }

        static Packing of(String start) {
            return Stream.of(GZIP, XZ)
                    .filter(each -> start.startsWith(each.magic))
                    .findFirst()
                    .orElse(PLAIN);
        }

        InputStream unpack(InputStream in) throws IOException {
            return switch (this) {
                case PLAIN -> in;
                case GZIP -> new GZIPInputStream(in, BUFFER_BYTES);
                case XZ -> new XZInputStream(in, XZ_LIMIT_KIB);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is made of a file. */
    interface Content<T> {
        T read(PackedFile file) throws IOException;
    }

    private final String path;
    private final String start;
    private final Packing packing;
    private final InputStream in;

    private PackedFile(String path, String start, Packing packing, InputStream in) {
        this.path = path;
        this.start = start;
        this.packing = packing;
        this.in = in;
    }

    /**
     * Finds the file that is there.
     *
     * @param paths where it may lie, the likeliest first
     * @throws DataException if it is at none of them
     */
    static String locate(FileSource source, List<String> paths) {
        for (String path : paths) {
            try {
                if (source.exists(path)) {
                    return path;
                }
            } catch (IOException e) {
                throw new DataException(
                        "%s cannot be looked up: %s: check the path and the permissions"
                                .formatted(path, FirstLine.withKind(e)),
                        e);
            }
        }
        throw new DataException(
                "no such file: looked for %s, expected one of them: correct the folder, or download the data set into it"
                        .formatted(String.join(", ", paths)));
    }

    /** Opens a file, reads it, and closes it. */
    static <T> T read(FileSource source, String path, Content<T> content) {
        Packing packing = Packing.PLAIN;
        try (InputStream raw = new BufferedInputStream(source.open(path), BUFFER_BYTES)) {
            String start = start(raw);
            packing = Packing.of(start);
            try (InputStream in = packing.unpack(raw)) {
                return content.read(new PackedFile(path, start, packing, in));
            }
        } catch (EOFException e) {
            throw new DataException(
                    "%s is truncated: its %s data ends early, expected a full file: fetch the file again"
                            .formatted(path, packing),
                    e);
        } catch (ZipException | XZIOException e) {
            throw new DataException(
                    "%s is damaged: %s, expected sound %s data: fetch the file again"
                            .formatted(path, FirstLine.withKind(e), packing),
                    e);
        } catch (IOException e) {
            throw new DataException(
                    "%s cannot be read: %s: check the path and the permissions".formatted(path, FirstLine.withKind(e)),
                    e);
        }
    }

    private static String start(InputStream raw) throws IOException {
        int length = Packing.XZ.magic.length() / 2;
        raw.mark(length);
        byte[] start = raw.readNBytes(length);
        raw.reset();
        return HexFormat.of().formatHex(start);
    }

    String path() {
        return path;
    }

    /** @throws DataException if the name says that the file is packed, and it is not, or in another way */
    void requireNamedPacking() {
        for (Packing named : Packing.values()) {
            if (named != Packing.PLAIN
                    && named != packing
                    && path.toLowerCase(Locale.ROOT).endsWith(named.suffix)) {
                throw new DataException(
                        "%s is named %s, but begins with 0x%s, expected the %s bytes 0x%s: fetch the file again"
                                .formatted(
                                        path,
                                        named.suffix,
                                        start.substring(0, Math.min(start.length(), 8)),
                                        named,
                                        named.magic));
            }
        }
    }

    /**
     * Reads so many unpacked bytes, and does not trust a header with memory before the bytes are there.
     *
     * @param part what they are, for the message
     */
    byte[] bytes(String part, int length) throws IOException {
        byte[] bytes = new byte[Math.min(length, FIRST_ALLOCATION_BYTES)];
        int filled = 0;
        while (filled < length) {
            if (filled == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * filled));
            }
            int read = readOrEnd(bytes, filled);
            if (read < 0) {
                throw new DataException("%s is truncated: found %d bytes of its %s, expected %d: fetch the file again"
                        .formatted(path, filled, part, length));
            }
            filled += read;
        }
        return bytes;
    }

    /** Reads the unpacked bytes that are left, and one more than a limit at most. */
    byte[] rest(int limit) throws IOException {
        return in.readNBytes(limit + 1);
    }

    /** Reads on to the end of the file, so that its checksum is checked; the number of bytes that were left. */
    long skipRest() throws IOException {
        return in.transferTo(OutputStream.nullOutputStream());
    }

    /** As {@code InputStream.read}, with -1 also where packed data ends before its own end mark. */
    private int readOrEnd(byte[] bytes, int from) throws IOException {
        try {
            return in.read(bytes, from, bytes.length - from);
        } catch (EOFException e) {
            return -1;
        }
    }
}
