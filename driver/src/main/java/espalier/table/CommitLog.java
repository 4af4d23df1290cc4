package espalier.table;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.delta.storage.LogStore;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * The transaction log of one Delta table, as far as appending and merging need it: version <i>n</i> is the file
 * {@code _delta_log/<n, 20 digits>.json}, which is created as a whole or not at all, and whoever creates it has committed.
 * The format is that of the Delta transaction log protocol for reader version 1 and writer version 2.
 */
final class CommitLog {
    static final int READER_VERSION = 1;
    static final int WRITER_VERSION = 2;

    private static final int ATTEMPTS = 1000;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Path folder;
    private final String tableName;
    private final StructType schema;
    private final LogStore store;
    private final Configuration hadoop;
    private long next = -1;

    CommitLog(Path table, String tableName, StructType schema, LogStore store, Configuration hadoop) {
        this.folder = new Path(table, "_delta_log");
        this.tableName = tableName;
        this.schema = schema;
        this.store = store;
        this.hadoop = hadoop;
    }

    /**
     * Adds a data file to the table, and creates the table where this is its first. Repeating the call after a failure is safe: a
     * commit that names the file is found.
     *
     * @param file the data file, in the table's own folder
     * @param rows how many rows it holds
     */
    void add(FileStatus file, int rows) throws IOException {
        commit(file, List.of(commitInfo("WRITE", true), addFile(file, rows, true)));
    }

    /**
     * Puts a data file in the place of others that hold the same rows. The others stay on disk, for those who read an older version.
     *
     * @param others of the table as it is
     */
    void replace(List<DataFile> others, FileStatus file, int rows) throws IOException {
        List<ObjectNode> actions = new ArrayList<>();
        actions.add(commitInfo("OPTIMIZE", false));
        others.forEach(other -> actions.add(removeFile(other)));
        actions.add(addFile(file, rows, false));
        commit(file, actions);
    }

    private void commit(FileStatus file, List<ObjectNode> actions) throws IOException {
        String name = file.getPath().getName();
        if (next < 0) {
            next = versionAfterLast();
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Path commit = new Path(folder, String.format("%020d.json", next));
            boolean done = create(commit, next == 0 ? withTable(actions) : actions) || mentions(commit, name);
            next++;
            if (done) {
                return;
            }
        }
        throw new IOException("other writers took " + ATTEMPTS + " versions in a row of " + folder);
    }

    /** Whether the commit was created; one that is there already stays as it is. */
    private boolean create(Path commit, List<ObjectNode> actions) throws IOException {
        List<String> lines = actions.stream().map(ObjectNode::toString).toList();
        try {
            folder.getFileSystem(hadoop).mkdirs(folder);
            store.write(commit, JavaConverters.asScalaIterator(lines.iterator()), false, hadoop);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private boolean mentions(Path commit, String name) {
        return JavaConverters.seqAsJavaList(store.read(commit, hadoop)).stream().anyMatch(line -> line.contains(name));
    }

    private long versionAfterLast() throws IOException {
        FileSystem system = folder.getFileSystem(hadoop);
        if (!system.exists(folder)) {
            return 0;
        }
        long last = -1;
        for (FileStatus entry : system.listStatus(folder)) {
            String name = entry.getPath().getName();
            if (name.matches("\\d{20}\\.json")) {
                last = Math.max(last, Long.parseLong(name.substring(0, 20)));
            }
        }
        return last + 1;
    }

    /** The first version of a table says what it is. */
    private List<ObjectNode> withTable(List<ObjectNode> actions) {
        List<ObjectNode> all = new ArrayList<>(actions);
        all.addAll(1, List.of(protocol(), metaData()));
        return all;
    }

    private static ObjectNode commitInfo(String operation, boolean isBlindAppend) {
        ObjectNode info = JSON.objectNode()
                .put("timestamp", System.currentTimeMillis())
                .put("operation", operation)
                .put("isBlindAppend", isBlindAppend)
                .put("engineInfo", "Espalier");
        info.set("operationParameters", JSON.objectNode());
        return action("commitInfo", info);
    }

    private static ObjectNode protocol() {
        return action(
                "protocol",
                JSON.objectNode().put("minReaderVersion", READER_VERSION).put("minWriterVersion", WRITER_VERSION));
    }

    private ObjectNode metaData() {
        ObjectNode format = JSON.objectNode().put("provider", "parquet");
        format.set("options", JSON.objectNode());
        ObjectNode metaData = JSON.objectNode()
                .put("id", UUID.randomUUID().toString())
                .put("name", tableName)
                .put("schemaString", schema.json())
                .put("createdTime", System.currentTimeMillis());
        metaData.set("format", format);
        metaData.set("partitionColumns", JSON.arrayNode());
        metaData.set("configuration", JSON.objectNode());
        return action("metaData", metaData);
    }

    private static ObjectNode addFile(FileStatus file, int rows, boolean dataChange) {
        ObjectNode add = JSON.objectNode()
                .put("path", file.getPath().getName())
                .put("size", file.getLen())
                .put("modificationTime", file.getModificationTime())
                .put("dataChange", dataChange)
                .put("stats", JSON.objectNode().put("numRecords", rows).toString());
        add.set("partitionValues", JSON.objectNode());
        return action("add", add);
    }

    private static ObjectNode removeFile(DataFile file) {
        ObjectNode remove = JSON.objectNode()
                .put("path", file.name())
                .put("size", file.bytes())
                .put("deletionTimestamp", System.currentTimeMillis())
                .put("dataChange", false)
                .put("extendedFileMetadata", true);
        remove.set("partitionValues", JSON.objectNode());
        return action("remove", remove);
    }

    private static ObjectNode action(String name, ObjectNode content) {
        ObjectNode action = JSON.objectNode();
        action.set(name, content);
        return action;
    }
}
