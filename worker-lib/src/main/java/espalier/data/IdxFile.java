package espalier.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One IDX file of unsigned bytes: a big-endian magic number {@code 0x000008RR} with the rank in its last byte, the
 * dimensions as big-endian integers, then the values.
 */
@SuppressWarnings("ArrayRecordComponent")
record IdxFile(String path, int[] dimensions, byte[] values) {
    private static final int UNSIGNED_BYTES = 0x0800;

    /** The magic number of unsigned bytes of a rank. */
    static int magic(int rank) {
        return UNSIGNED_BYTES | rank;
    }

    /**
     * Reads a whole file, packed or plain by its first bytes.
     *
     * @param ranks the ranks that are allowed here
     * @throws DataException if the file is not such a file from its first byte to its last
     */
    static IdxFile read(FileSource source, String path, int... ranks) {
        return PackedFile.read(source, path, file -> {
            int[] dimensions = dimensions(file, ranks);
            byte[] values = values(file, dimensions);
            long trailing = file.skipRest();
            if (trailing > 0) {
                throw new DataException(
                        "%s has %d bytes behind the %d values that its header announces, expected 0: fetch the file again"
                                .formatted(path, trailing, values.length));
            }
            return new IdxFile(path, dimensions, values);
        });
    }

    private static int[] dimensions(PackedFile file, int[] ranks) throws IOException {
        int found = ByteBuffer.wrap(file.bytes("header", Integer.BYTES)).getInt();
        if (found >>> 8 != UNSIGNED_BYTES >>> 8) {
            file.requireNamedPacking();
        }
        int rank = found & 0xff;
        if (found != magic(rank) || Arrays.stream(ranks).noneMatch(allowed -> allowed == rank)) {
            String expected = String.join(
                    " or ",
                    Arrays.stream(ranks)
                            .mapToObj(allowed -> "0x%08x".formatted(magic(allowed)))
                            .toList());
            throw new DataException(
                    "%s has the magic number 0x%08x, expected %s: give an IDX file of unsigned bytes, and do not exchange images and labels"
                            .formatted(file.path(), found, expected));
        }
        int[] dimensions = new int[rank];
        ByteBuffer.wrap(file.bytes("header", rank * Integer.BYTES))
                .asIntBuffer()
                .get(dimensions);
        return dimensions;
    }

    private static byte[] values(PackedFile file, int[] dimensions) throws IOException {
        long length = 1;
        for (int dimension : dimensions) {
            if (dimension <= 0) {
                throw new DataException("%s has the dimensions %s, expected at least 1 in each: give a file with images"
                        .formatted(file.path(), Arrays.toString(dimensions)));
            }
            length = Math.min(length * dimension, Long.MAX_VALUE / Integer.MAX_VALUE);
        }
        if (length > Integer.MAX_VALUE - Long.BYTES) {
            throw new DataException(
                    "%s has the dimensions %s, expected less than 2 GiB in all: write fewer images to one file"
                            .formatted(file.path(), Arrays.toString(dimensions)));
        }
        return file.bytes("values", (int) length);
    }
}
