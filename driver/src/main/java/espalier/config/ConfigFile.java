package espalier.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a file as UTF-8 text, or says in one line why it cannot. */
final class ConfigFile {
    private static final long MOST_BYTES = 1L << 20;
    private static final Path USUAL_FOLDER = Path.of("conf");

    private ConfigFile() {}

    /** @throws ConfigException if there is no such file, it cannot be read, is too large, or not UTF-8 */
    static String text(Path file) {
        Place place = new Place(file.toString(), 0);
        if (Files.isDirectory(file)) {
            throw ConfigException.of(place, "is a folder, must be a file");
        }
        if (!Files.exists(file)) {
            String meant = alike(file).map("; did you mean '%s'?"::formatted).orElse("");
            throw ConfigException.of(place, "does not exist, must be a YAML file" + meant);
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw ConfigException.of(
                        place,
                        "is %d bytes, must be at most %d: is it a configuration?"
                                .formatted(Files.size(file), MOST_BYTES));
            }
            return decode(Files.readAllBytes(file), file);
        } catch (IOException e) {
            throw ConfigException.of(place, "cannot be read: " + e);
        }
    }

    private static String decode(byte[] bytes, Path file) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            int line = 1
                    + (int) text.chars().filter(character -> character == '\n').count();
            throw ConfigException.of(
                    new Place(file.toString(), line),
                    "has the byte 0x%02X, must be UTF-8: save the file in that encoding"
                            .formatted(in.get(in.position())));
        }
        return text;
    }

    private static Optional<Path> alike(Path file) {
        Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
        List<Path> present = new ArrayList<>(yamlFiles(folder));
        present.addAll(yamlFiles(USUAL_FOLDER));
        List<String> names = present.stream().map(ConfigFile::name).toList();
        return Suggestion.nearest(name(file), names).map(name -> present.get(names.indexOf(name)));
    }

    private static List<Path> yamlFiles(Path folder) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.{yaml,yml}")) {
            found.forEach(files::add);
        } catch (IOException e) {
            return List.of();
        }
        files.sort(null);
        return files;
    }

    /** Returns the name of a file without its ending. */
    private static String name(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
    }
}
