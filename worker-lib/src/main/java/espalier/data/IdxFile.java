package espalier.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One IDX file of unsigned bytes: a big-endian magic number {@code 0x000008RR} with the rank in its last byte, the
 * dimensions as big-endian integers, then the values.
 */
@SuppressWarnings("ArrayRecordComponent")
record IdxFile(String path, int[] dimensions, byte[] values) {
    private static final int UNSIGNED_BYTES = 0x0800;
    private static final int GZIP = 0x1f8b;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int FIRST_ALLOCATION_BYTES = 1 << 20;

    /** The magic number of unsigned bytes of a rank. */
    static int magic(int rank) {
        return UNSIGNED_BYTES | rank;
    }

    /**
     * Reads a whole file, gzip or plain by its first bytes.
     *
     * @param ranks the ranks that are allowed here
     * @throws DataException if the file is not such a file from its first byte to its last
     */
    static IdxFile read(FileSource source, String path, int... ranks) {
        try (InputStream raw = new BufferedInputStream(source.open(path), BUFFER_BYTES);
                InputStream in = plain(path, raw)) {
            int[] dimensions = dimensions(path, in, ranks);
            byte[] values = values(path, in, dimensions);
            long trailing = in.transferTo(OutputStream.nullOutputStream());
            if (trailing > 0) {
                throw new DataException(
                        "%s has %d bytes behind the %d values that its header announces, expected 0: fetch the file again"
                                .formatted(path, trailing, values.length));
            }
            return new IdxFile(path, dimensions, values);
        } catch (EOFException e) {
            throw new DataException(
                    "%s is truncated: its gzip data ends early, expected a full file: fetch the file again"
                            .formatted(path),
                    e);
        } catch (ZipException e) {
            throw new DataException(
                    "%s is damaged: %s, expected sound gzip data: fetch the file again"
                            .formatted(path, DataException.describe(e)),
                    e);
        } catch (IOException e) {
            throw new DataException(
                    "%s cannot be read: %s: check the path and the permissions"
                            .formatted(path, DataException.describe(e)),
                    e);
        }
    }

    private static InputStream plain(String path, InputStream in) throws IOException {
        in.mark(Integer.BYTES);
        byte[] start = in.readNBytes(Integer.BYTES);
        in.reset();
        if (start.length < Integer.BYTES) {
            throw truncated(path, "header", start.length, Integer.BYTES);
        }
        int word = ByteBuffer.wrap(start).getInt();
        if (word >>> 16 == GZIP) {
            return new GZIPInputStream(in, BUFFER_BYTES);
        }
        boolean idx = word >>> 8 == UNSIGNED_BYTES >>> 8;
        if (path.toLowerCase(Locale.ROOT).endsWith(".gz") && !idx) {
            throw new DataException(
                    "%s is named .gz, but begins with 0x%08x, expected the gzip bytes 0x1f8b: fetch the file again"
                            .formatted(path, word));
        }
        return in;
    }

    private static int[] dimensions(String path, InputStream in, int[] ranks) throws IOException {
        int found = ByteBuffer.wrap(bytes(path, "header", in, Integer.BYTES)).getInt();
        int rank = found & 0xff;
        if (found != magic(rank) || Arrays.stream(ranks).noneMatch(allowed -> allowed == rank)) {
            String expected = String.join(
                    " or ",
                    Arrays.stream(ranks)
                            .mapToObj(allowed -> "0x%08x".formatted(magic(allowed)))
                            .toList());
            throw new DataException(
                    "%s has the magic number 0x%08x, expected %s: give an IDX file of unsigned bytes, and do not exchange images and labels"
                            .formatted(path, found, expected));
        }
        int[] dimensions = new int[rank];
        ByteBuffer.wrap(bytes(path, "header", in, rank * Integer.BYTES))
                .asIntBuffer()
                .get(dimensions);
        return dimensions;
    }

    private static byte[] values(String path, InputStream in, int[] dimensions) throws IOException {
        long length = 1;
        for (int dimension : dimensions) {
            if (dimension <= 0) {
                throw new DataException("%s has the dimensions %s, expected at least 1 in each: give a file with images"
                        .formatted(path, Arrays.toString(dimensions)));
            }
            length = Math.min(length * dimension, Long.MAX_VALUE / Integer.MAX_VALUE);
        }
        if (length > Integer.MAX_VALUE - Long.BYTES) {
            throw new DataException(
                    "%s has the dimensions %s, expected less than 2 GiB in all: write fewer images to one file"
                            .formatted(path, Arrays.toString(dimensions)));
        }
        return bytes(path, "values", in, (int) length);
    }

    /** Reads so many bytes, and does not trust a header with memory before the bytes are there. */
    private static byte[] bytes(String path, String part, InputStream in, int length) throws IOException {
        byte[] bytes = new byte[Math.min(length, FIRST_ALLOCATION_BYTES)];
        int filled = 0;
        while (filled < length) {
            if (filled == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * filled));
            }
            int read = readOrEnd(in, bytes, filled);
            if (read < 0) {
                throw truncated(path, part, filled, length);
            }
            filled += read;
        }
        return bytes;
    }

    /** As {@code InputStream.read}, with -1 also where gzip data ends before its own end mark. */
    private static int readOrEnd(InputStream in, byte[] bytes, int from) throws IOException {
        try {
            return in.read(bytes, from, bytes.length - from);
        } catch (EOFException e) {
            return -1;
        }
    }

    private static DataException truncated(String path, String part, int found, int expected) {
        return new DataException("%s is truncated: found %d bytes of its %s, expected %d: fetch the file again"
                .formatted(path, found, part, expected));
    }
}
