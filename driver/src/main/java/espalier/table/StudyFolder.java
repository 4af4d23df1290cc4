package espalier.table;

import espalier.file.AtomicFiles;
import espalier.text.Credentials;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of one study, {@code <output>/<study>}, on any Hadoop file system. A file is written as a whole or not at all:
 * on a local disk and on HDFS a reader never sees a part of it.
 *
 * <pre>
 * study.yaml            the resolved configuration; a folder with this file is a study
 * tables/&lt;name&gt;/        one Delta table for each of {@link ResultTable}
 * refined/round-N.yaml  the space after round N, which runs again
 * networks/             exported networks
 * LOCK                  who writes to the study now
 * </pre>
 *
 * <p>Every method that touches the file system throws {@link StudyFolderException} where that fails.
 */
public final class StudyFolder {
    /** The file that makes a folder a study. */
    public static final String CONFIG = "study.yaml";

    private static final String LOCK = "LOCK";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private final String name;
    private final Path root;
    private final Configuration hadoop;
    private final AtomicFiles files;
    private final Patience patience;

    private StudyFolder(String name, Path root, Configuration hadoop, AtomicFiles files, Patience patience) {
        this.name = name;
        this.root = root;
        this.hadoop = hadoop;
        this.files = files;
        this.patience = patience;
    }

    /**
     * The folder of a study below an output folder; nothing is created yet.
     *
     * @param output a local path or a URI of a Hadoop file system
     * @param study name of the study, which becomes the folder's name
     * @throws IllegalArgumentException where the name cannot be a folder's name
     */
    public static StudyFolder of(String output, String study, Configuration hadoop) {
        if (!NAME.matcher(study).matches()) {
            throw new IllegalArgumentException("study is '" + study
                    + "': it becomes a folder's name, so use letters, digits, '.', '_' and '-', and start with one of the"
                    + " first two");
        }
        Path outputPath = qualified(output, hadoop);
        try {
            AtomicFiles files = AtomicFiles.on(outputPath, hadoop);
            return new StudyFolder(study, new Path(outputPath, study), hadoop, files, Patience.NONE);
        } catch (IOException e) {
            throw unusable(output, e);
        }
    }

    /**
     * Looks at the address of an output folder, which is printed and logged.
     *
     * @throws StudyFolderException where it has a password inside, which is not repeated
     */
    public static void requireNoPassword(String output) {
        Credentials.refusal(output).ifPresent(refusal -> {
            throw new StudyFolderException("the output folder " + refusal);
        });
    }

    /** The same folder for a study that has begun: files are read and written again for as long as the patience lasts. */
    public StudyFolder with(Patience awhile) {
        return new StudyFolder(name, root, hadoop, files, awhile);
    }

    /** The names of the studies below an output folder, in alphabetical order; none where the folder does not exist. */
    public static List<String> studies(String output, Configuration hadoop) {
        Path outputPath = qualified(output, hadoop);
        try {
            FileSystem system = outputPath.getFileSystem(hadoop);
            List<String> names = new ArrayList<>();
            for (FileStatus entry : system.listStatus(outputPath)) {
                String name = entry.getPath().getName();
                if (entry.isDirectory()
                        && NAME.matcher(name).matches()
                        && system.exists(new Path(entry.getPath(), CONFIG))) {
                    names.add(name);
                }
            }
            return names.stream().sorted().toList();
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw unusable(output, e);
        }
    }

    /** The name of the study. */
    public String name() {
        return name;
    }

    /** The folder as a full URI. */
    public String location() {
        return root.toString();
    }

    /** The place of one of its tables, as a full URI; the table need not exist yet. */
    public String location(ResultTable table) {
        return inside("tables/" + table.tableName()).toString();
    }

    /** The place of one of its files, as a full URI; the file need not exist yet. */
    public String location(String file) {
        return inside(file).toString();
    }

    /** Whether the study was begun, which is when its configuration was written. */
    public boolean exists() {
        return exists(CONFIG);
    }

    /**
     * Makes the folder, if need be, and proves that files can be written to it.
     *
     * @throws StudyFolderException naming the folder and the mend
     */
    public StudyFolder create() {
        Path probe = new Path(root, ".probe-" + UUID.randomUUID());
        try {
            files.replace(probe, new byte[0]);
            files.delete(probe);
            return this;
        } catch (IOException e) {
            throw new StudyFolderException(
                    "cannot write to " + root + " (" + StudyFolderException.reason(e)
                            + "): make it writable, or choose another output folder",
                    e);
        }
    }

    /**
     * Makes the folder, if need be, and takes the right to write to the study.
     *
     * @throws StudyFolderException naming the driver that holds it, since when, and the mend; or a folder that is not writable
     */
    public StudyLock lock() {
        create();
        return StudyLock.acquire(files, new Path(root, LOCK));
    }

    /** Whether a file or folder is there, by its path inside the study's folder. */
    public boolean exists(String file) {
        Path path = inside(file);
        try {
            return patience.call(
                    "look for " + path, () -> path.getFileSystem(hadoop).exists(path));
        } catch (IOException e) {
            throw failed("look for", path, e);
        }
    }

    /** Writes a text file, by its path inside the study's folder, in place of an older one. */
    public void write(String file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a file, by its path inside the study's folder, in place of an older one. */
    public void write(String file, byte[] content) {
        Path path = inside(file);
        try {
            var unused = patience.call("write " + path, () -> {
                files.replace(path, content);
                return path;
            });
        } catch (IOException e) {
            throw failed("write", path, e);
        }
    }

    /** The text of a file, by its path inside the study's folder. */
    public String readText(String file) {
        return new String(readBytes(file), StandardCharsets.UTF_8);
    }

    /** The bytes of a file, by its path inside the study's folder. */
    public byte[] readBytes(String file) {
        Path path = inside(file);
        try {
            return patience.call("read " + path, () -> files.read(path))
                    .orElseThrow(() -> new StudyFolderException(
                            "there is no file " + path + ": check the name of the study and the output folder"));
        } catch (IOException e) {
            throw failed("read", path, e);
        }
    }

    /** Deletes a file, or a folder with all that is in it, by its path inside the study's folder; one that is not there is fine. */
    public void delete(String file) {
        Path path = inside(file);
        try {
            var unused = patience.call(
                    "delete " + path, () -> path.getFileSystem(hadoop).delete(path, true));
        } catch (IOException e) {
            throw failed("delete", path, e);
        }
    }

    Configuration hadoop() {
        return hadoop;
    }

    Patience patience() {
        return patience;
    }

    private Path inside(String file) {
        if (file.isBlank() || file.startsWith("/") || List.of(file.split("/")).contains("..")) {
            throw outside(file);
        }
        Path path = new Path(root, file);
        // A name with a scheme would stand for itself.
        if (!path.toString().startsWith(root + "/")) {
            throw outside(file);
        }
        files.linkBetween(root, path).ifPresent(link -> {
            throw new StudyFolderException(link + " is a symbolic link, which may lead out of the study's folder:"
                    + " put what it leads to in its place, or all studies elsewhere with --output");
        });
        return path;
    }

    private static IllegalArgumentException outside(String file) {
        return new IllegalArgumentException(
                "file is '" + file + "': it must be a relative path inside the study's folder");
    }

    private static Path qualified(String output, Configuration hadoop) {
        requireNoPassword(output);
        try {
            Path path = new Path(output);
            return path.getFileSystem(hadoop).makeQualified(path);
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(output, e);
        }
    }

    private static StudyFolderException unusable(String output, Exception cause) {
        return new StudyFolderException(
                "cannot use the output folder '" + output + "' (" + StudyFolderException.reason(cause)
                        + "): give a local path or a URI of a Hadoop file system",
                cause);
    }

    private static StudyFolderException failed(String what, Path path, IOException cause) {
        return new StudyFolderException(
                "cannot " + what + " " + path + " (" + StudyFolderException.reason(cause)
                        + "): check the folder and its permissions",
                cause);
    }
}
