package espalier.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.storage.HDFSLogStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.delta.storage.LogStoreAdaptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitLogTest {
    private static final Configuration HADOOP = new Configuration();

    private final Path table;
    private final CommitLog log;

    CommitLogTest(@TempDir Path table) {
        this.table = table;
        this.log = newLog(table);
    }

    @Test
    void theFirstCommitCreatesTheTable() throws IOException {
        log.add(file("a.parquet"), 3);

        List<JsonNode> actions = actions(0);
        assertThat(actions).hasSize(4);
        assertThat(actions.get(1).at("/protocol/minWriterVersion").intValue()).isEqualTo(2);
        assertThat(actions.get(2).at("/metaData/name").textValue()).isEqualTo("rungs");
        assertThat(actions.get(2).at("/metaData/schemaString").textValue())
                .isEqualTo(ResultTable.RUNGS.schema().json());
        assertThat(actions.get(3).at("/add/path").textValue()).isEqualTo("a.parquet");
        assertThat(actions.get(3).at("/add/stats").textValue()).isEqualTo("{\"numRecords\":3}");
    }

    @Test
    void laterCommitsAddOneFileEach() throws IOException {
        log.add(file("a.parquet"), 1);
        log.add(file("b.parquet"), 1);
        newLog(table).add(file("c.parquet"), 1);

        assertThat(actions(1)).hasSize(2);
        assertThat(actions(1).get(1).at("/add/path").textValue()).isEqualTo("b.parquet");
        assertThat(actions(2).get(1).at("/add/path").textValue()).isEqualTo("c.parquet");
    }

    @Test
    void goesOnAfterCommitsOfOthers() throws IOException {
        log.add(file("a.parquet"), 1);
        newLog(table).add(file("other.parquet"), 1);

        log.add(file("b.parquet"), 1);

        assertThat(actions(1).get(1).at("/add/path").textValue()).isEqualTo("other.parquet");
        assertThat(actions(2).get(1).at("/add/path").textValue()).isEqualTo("b.parquet");
    }

    @Test
    void findsItsOwnCommitWhenCalledAgain() throws IOException {
        log.add(file("a.parquet"), 1);
        newLog(table).add(file("b.parquet"), 1); // arrived, but its writer was told that it failed

        log.add(file("b.parquet"), 1);

        assertThat(table.resolve("_delta_log/00000000000000000002.json")).doesNotExist();
    }

    private static CommitLog newLog(Path table) {
        return new CommitLog(
                new org.apache.hadoop.fs.Path(table.toUri()),
                "rungs",
                ResultTable.RUNGS.schema(),
                new LogStoreAdaptor(new HDFSLogStore(HADOOP)),
                HADOOP);
    }

    private FileStatus file(String name) throws IOException {
        Path file = table.resolve(name);
        Files.writeString(file, name);
        var path = new org.apache.hadoop.fs.Path(file.toUri());
        return path.getFileSystem(HADOOP).getFileStatus(path);
    }

    private List<JsonNode> actions(int version) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> actions = new ArrayList<>();
        for (String line : Files.readAllLines(table.resolve(String.format("_delta_log/%020d.json", version)))) {
            actions.add(mapper.readTree(line));
        }
        return actions;
    }
}
