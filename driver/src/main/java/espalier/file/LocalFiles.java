package espalier.file;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * Files on a local disk through the operating system's own atomic calls. Hadoop's local file system looks before it creates,
 * so that two processes can both succeed, and keeps check sums in a second file, so that no rename is atomic.
 */
final class LocalFiles implements AtomicFiles {

    @Override
    public boolean createNew(org.apache.hadoop.fs.Path file, byte[] content) throws IOException {
        try {
            Files.write(local(file), content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    @Override
    public void replace(org.apache.hadoop.fs.Path file, byte[] content) throws IOException {
        Path target = local(file);
        Files.createDirectories(target.getParent());
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.write(temporary, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    @Override
    public Optional<byte[]> read(org.apache.hadoop.fs.Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(local(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> linkBetween(org.apache.hadoop.fs.Path folder, org.apache.hadoop.fs.Path file) {
        Path step = local(folder);
        for (Path name : step.relativize(local(file))) {
            step = step.resolve(name);
            if (Files.isSymbolicLink(step)) {
                return Optional.of(step.toString());
            }
        }
        return Optional.empty();
    }

    @Override
    public void delete(org.apache.hadoop.fs.Path file) throws IOException {
        Files.deleteIfExists(local(file));
    }

    private static Path local(org.apache.hadoop.fs.Path file) {
        return Path.of(file.toUri().getPath());
    }
}
