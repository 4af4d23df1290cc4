import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Writes a jar that holds a first jar, and of other jars all but their META-INF, every entry as it is compressed: to
 * deflate 440 MB of native libraries anew would take half a minute of every build.
 *
 * <p>Arguments: the jar to write, the first jar, a class path of the others. The result replaces an older one by a
 * rename, so that a program that runs from the older one goes on.
 */
final class AppendJars {
    private AppendJars() {}

    public static void main(String[] arguments) throws IOException {
        Path result = Path.of(arguments[0]);
        Path partial = Path.of(arguments[0] + ".part");
        try (ZipArchiveOutputStream output = new ZipArchiveOutputStream(partial.toFile())) {
            try (ZipFile first = new ZipFile(arguments[1])) {
                first.copyRawEntries(output, entry -> true);
            }
            for (String other : arguments[2].split(File.pathSeparator)) {
                try (ZipFile jar = new ZipFile(other)) {
                    jar.copyRawEntries(
                            output, entry -> !entry.isDirectory() && !entry.getName().startsWith("META-INF/"));
                }
            }
        }
        Files.move(partial, result, StandardCopyOption.REPLACE_EXISTING);
    }
}
