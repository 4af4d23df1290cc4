package espalier.data;

import espalier.text.FirstLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;

/**
 * Writes images and labels as IDX files, compressed with gzip, to the local disk: grey images with rank 3, others with rank
 * 4. Equal sets give equal files. A file appears under its name when it is complete, never before.
 */
public final class IdxWriter {
    private IdxWriter() {}

    /**
     * Writes one pair of files.
     *
     * @throws DataException if a file cannot be written
     */
    public static void write(ImageSet images, Path imagesFile, Path labelsFile) {
        int[] shape = images.channels() == 1
                ? new int[] {images.count(), images.height(), images.width()}
                : new int[] {images.count(), images.channels(), images.height(), images.width()};
        write(imagesFile, shape, images.pixels());
        write(labelsFile, new int[] {images.count()}, images.labels());
    }

    /** Writes the usual four files, which {@link IdxReader#readFolder} finds, and makes the folder if need be. */
    public static void writeFolder(TrainAndTest images, Path folder) {
        write(images.train(), folder, IdxNames.TRAIN);
        write(images.test(), folder, IdxNames.TEST);
    }

    private static void write(ImageSet images, Path folder, String part) {
        int rank = images.channels() == 1 ? 3 : 4;
        write(
                images,
                folder.resolve(IdxNames.images(part, rank) + ".gz"),
                folder.resolve(IdxNames.labels(part) + ".gz"));
    }

    private static void write(Path file, int[] dimensions, byte[] values) {
        Path absolute = file.toAbsolutePath();
        // The process id keeps two writers of one file apart; the last to finish wins with a whole file.
        Path partial = absolute.resolveSibling(
                absolute.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.createDirectories(absolute.getParent());
            try {
                try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(partial))) {
                    out.write(header(dimensions));
                    out.write(values);
                }
                Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw new DataException(
                    "%s cannot be written: %s: check the folder, its permissions and the free space"
                            .formatted(file, FirstLine.withKind(e)),
                    e);
        }
    }

    private static byte[] header(int[] dimensions) {
        ByteBuffer header = ByteBuffer.allocate((1 + dimensions.length) * Integer.BYTES);
        header.putInt(IdxFile.magic(dimensions.length));
        for (int dimension : dimensions) {
            header.putInt(dimension);
        }
        return header.array();
    }
}
