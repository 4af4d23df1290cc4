package espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input: one line that names the thing and the mend, exit code 2, before anything is started or changed. */
class BadInputTest {
    private static final int IMAGES = 30;
    private static final int SIZE = 12;

    @TempDir
    private Path folder = Path.of("");

    private Path data = Path.of("");

    @BeforeEach
    void writeData() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        for (String part : List.of("train", "t10k")) {
            Files.write(data.resolve(part + "-images-idx3-ubyte"), images(IMAGES, 0x803));
            Files.write(data.resolve(part + "-labels-idx1-ubyte"), labels(IMAGES, 0x801, 2));
        }
    }

    @Test
    void missingConfiguration() {
        rejected("no-such.yaml", "does not exist");
    }

    @Test
    void misspeltKey() {
        rejected(
                config("space: {flops: 0.5, tolerence: 0.1}"),
                "'space.tolerence' is unknown; did you mean 'tolerance'?");
    }

    @Test
    void missingDataFile() throws IOException {
        Files.delete(data.resolve("t10k-images-idx3-ubyte"));
        rejected(config(""), "t10k-images-idx3-ubyte");
    }

    @Test
    void truncatedDataFile() throws IOException {
        Path file = data.resolve("train-images-idx3-ubyte");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 7));
        rejected(config(""), "train-images-idx3-ubyte", "truncated");
    }

    @Test
    void wrongMagicNumber() throws IOException {
        Files.write(data.resolve("train-images-idx3-ubyte"), images(IMAGES, 0x903));
        rejected(config(""), "train-images-idx3-ubyte", "magic");
    }

    @Test
    void labelOutOfRange() throws IOException {
        byte[] labels = labels(IMAGES, 0x801, 2);
        labels[8 + 11] = (byte) 200;
        Files.write(data.resolve("train-labels-idx1-ubyte"), labels);
        rejected(config(""), "200");
    }

    @Test
    void imageShapeThatTheNetworkCannotTake() throws IOException {
        Files.write(data.resolve("t10k-images-idx3-ubyte"), images(IMAGES, 0x803, SIZE + 2));
        rejected(config(""), "12", "14");
    }

    @Test
    void unreachableFlopsRegime() {
        rejected(config("space: {flops: 0.001, tolerance: 0.0005}"), "0.001", "nearest");
    }

    @Test
    void budgetThatTheRegimeCannotMeet() {
        rejected(
                config("space: {flops: 0.5, tolerance: 0.05, mcb: [5, 6]}"),
                "mCB band 5 to 6 cannot be met",
                "0.54726 to 4.9538");
    }

    @Test
    void emptySpace() {
        rejected(config("space: {flops: 0.5, tolerance: 0.05, groups: {'stage*': [1, 1], stem: [1, 1]}}"), "FLOPs");
    }

    @Test
    void groupThatTheNetworkDoesNotHave() {
        rejected(
                config("space: {flops: 0.5, groups: {'stge*': [0.5, 1]}}"),
                "space.groups names 'stge*', which is no prunable channel group of the network; 'describe' lists them");
    }

    @Test
    void importanceThatTheNetworkCannotGive() {
        String config = config("importance: batch-norm-scale")
                .replaceFirst("network: .*", "network: {architecture: lenet}")
                .concat("space: {flops: 0.5, tolerance: 0.06}\n");
        rejected(config, "importance batch-norm-scale needs a batch normalization behind 'conv1'");
    }

    @Test
    void passwordInsideOfAnAddress() {
        String address = "s3a://AKIA4711:5ecret/key@bucket/data";
        for (String config : List.of(
                config("").replace(data.toString(), address),
                config("").concat("output: " + address + "\n"),
                config("").concat("parent: '" + address + "'\n"),
                config("").replaceFirst("network: .*", "network: {architecture: file, file: '" + address + "'}"),
                config("").replace("width: 4", "width: 4, weights: '" + address + "'"))) {
            rejected(
                    config, "bad.yaml:", "'s3a://***@bucket/data' has a password or a signature inside of the address");
        }
        rejected(config(""), List.of("--set", "data.path=" + address), "--set data.path: 's3a://***@bucket/data' has");
        rejected(config(""), List.of("--output", address), "--set output: 's3a://***@bucket/data' has a password");
        for (String[] command : List.of(
                new String[] {"sql", "SELECT 1", "--output", address},
                new String[] {"export", "bad", "--to", folder + "/n.zip", "--output", address})) {
            Program program = Program.run(command);
            assertThat(program.exitCode()).isEqualTo(2);
            assertThat(program.errors()).hasSize(1);
            assertThat(program.errors().get(0))
                    .contains("the output folder 's3a://***@bucket/data' has a password")
                    .doesNotContain("5ecret");
        }
    }

    @Test
    void namesThatLeadOutOfTheStudy() {
        for (String name : List.of("../other", "/etc", "a/b", "..")) {
            rejected(
                    config("").replace("study: bad", "study: '" + name + "'"),
                    "study is \"" + name + "\", must be text");
        }
        for (String study : List.of("../bad", "/etc", "..")) {
            Program export = Program.run(
                    "export", study, "--to", folder.resolve("n.zip").toString(), "--output", folder.toString());
            assertThat(export.exitCode()).isEqualTo(2);
            assertThat(export.errors().get(0)).contains("study is '" + study + "'");
        }
    }

    @Test
    void trialThatLeadsOutOfTheStudy() throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve("bad")).resolve("study.yaml"), config(""));
        Files.writeString(folder.resolve("secret.zip"), "x");
        for (String trial : List.of("../../secret", "/../../secret")) {
            Program export = Program.run(
                    "export", "bad", trial, "--to", folder.resolve("n.zip").toString(), "--output", folder.toString());
            assertThat(export.exitCode()).isEqualTo(2);
            assertThat(export.errors().get(0)).contains("must be a relative path inside the study's folder");
        }
        assertThat(folder.resolve("n.zip")).doesNotExist();
    }

    @Test
    void moreTrialsThanTheSpaceHolds() {
        rejected(
                config("search: {trials-per-round: 2000}").concat("space: {flops: 0.5, tolerance: 0.002}\n"),
                "but 2000 are wanted; widen the FLOPs tolerance of 0.002");
    }

    @Test
    void folderOfAnExportThatIsNotThere() {
        Path target = folder.resolve("nowhere/winner.zip");
        Program export = Program.run("export", "bad", "--to", target.toString(), "--output", folder.toString());
        assertThat(export.exitCode()).isEqualTo(2);
        assertThat(export.errors().get(0)).contains("cannot write " + target);
    }

    @Test
    void outputThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(folder.resolve("in-the-way"), "a file");
        rejected(config(""), List.of("--output", file.toString()), file.toString());
        assertThat(file).hasContent("a file");
    }

    @ParameterizedTest
    @CsvSource({
        "broken.zip, is not a Deeplearning4j network",
        "broken.onnx, broken.onnx",
        "broken.h5, broken.h5",
    })
    void unreadableNetworkFile(String name, String message) throws IOException {
        Path file = Files.write(folder.resolve(name), new byte[] {1, 2, 3});
        String config = config("").replaceFirst("network: .*", "network: {architecture: file, file: '" + file + "'}");
        rejected(config, name, message);
    }

    @Test
    void weightsThatAreNoTensors() throws IOException {
        Path weights = Files.write(folder.resolve("w.safetensors"), new byte[] {1, 2, 3});
        String config = config("").replaceFirst("width: 4", "width: 4, weights: '" + weights + "'");
        rejected(config, "w.safetensors: has 3 bytes, must have at least 8 for the length of its header");
    }

    @Test
    void cifarFilesThatAreNotThere() {
        rejected(config("").replace("idx", "cifar10"), "no such file: looked for " + data + "/data_batch_1.bin");
    }

    @Test
    void resumingAStudyThatWasNeverBegun() {
        rejected(
                config(""),
                List.of("--resume"),
                "there is no study bad in " + folder.resolve("results") + " to go on with; leave --resume out");
    }

    @Test
    void gpusOfALocalMaster() {
        System.setProperty("spark.master", "local[2]");
        System.setProperty("spark.executor.resource.gpu.amount", "1");
        System.setProperty("spark.task.resource.gpu.amount", "1");
        try {
            rejected(
                    config(""),
                    List.of("--set", "training.device=gpu"),
                    "spark.task.resource.gpu.amount",
                    "local[2]",
                    "give a cluster's --master");
            Program sql = Program.run("sql", "SELECT 1");
            assertThat(sql.errors()).hasSize(1);
            assertThat(sql.exitCode()).isEqualTo(2);
        } finally {
            System.clearProperty("spark.task.resource.gpu.amount");
            System.clearProperty("spark.executor.resource.gpu.amount");
            System.clearProperty("spark.master");
        }
    }

    @Test
    void gpusThatSparkIsNotAskedFor() {
        rejected(config(""), List.of("--set", "training.device=gpu"), "training.device is gpu", "ESPALIER_GPUS=1");
    }

    @Test
    void unknownCommandAndUnknownFlag() {
        assertThat(Program.run("serch").exitCode()).isEqualTo(2);
        assertThat(Program.run("search", "--no-such-flag").exitCode()).isEqualTo(2);
        assertThat(Program.run("--help").exitCode()).isZero();
    }

    @Test
    void everyCommandHasHelp() {
        for (String command : List.of("search", "describe", "sample", "refine", "sql", "export", "latency", "data")) {
            Program help = Program.run(command, "--help");
            assertThat(help.exitCode()).as(command).isZero();
            assertThat(help.out()).as(command).contains("Usage: espalier " + command);
        }
    }

    @Test
    void describeAndSampleTrainNothing() {
        Program describe = Program.run("describe", write(config("")).toString(), "--draws", "200");
        assertThat(describe.errors()).isEmpty();
        assertThat(describe.out()).contains("stage1-block1-conv1").contains("plain rejection sampling accepts");
        Program sample = Program.run("sample", write(config("")).toString(), "-n", "3");
        assertThat(sample.out().lines()).hasSize(4);
        assertThat(sample.out()).startsWith("recipe_id,flops,flops_kept,parameters,");
        Program json = Program.run("sample", write(config("")).toString(), "-n", "2", "--format", "json");
        assertThat(json.out()).contains("\"stage1-block1-conv1\" : ");
    }

    @Test
    void describeSaysThatTestImagesAreChosenOn() {
        Program describe = Program.run(
                "describe", write(config("")).toString(), "--draws", "200", "--set", "data.selection=test-half");
        assertThat(describe.errors()).isEmpty();
        assertThat(describe.out())
                .startsWith(
                        "30 training images, accuracy chosen on 15 test images, reported on the other 15, of 1x12x12;");
    }

    private void rejected(String config, String... fragments) {
        rejected(config, List.of(), fragments);
    }

    private void rejected(String config, List<String> flags, String... fragments) {
        Path results = folder.resolve("results");
        List<String> arguments = new ArrayList<>(
                List.of("search", config.contains("\n") ? write(config).toString() : config));
        arguments.addAll(flags.contains("--output") ? flags : withOutput(flags, results));
        Program program = Program.run(arguments.toArray(String[]::new));
        assertThat(program.errors()).hasSize(1);
        assertThat(program.errors().get(0)).contains(fragments).doesNotContain("5ecret");
        assertThat(program.exitCode()).isEqualTo(2);
        assertThat(results).doesNotExist();
    }

    private static List<String> withOutput(List<String> flags, Path results) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(List.of("--output", results.toString()));
        return all;
    }

    private Path write(String config) {
        try {
            return Files.writeString(folder.resolve("bad.yaml"), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String config(String space) {
        return """
                study: bad
                data: {format: idx, path: %s}
                network: {architecture: resnet-cifar, depth: 8, width: 4}
                %s
                """.formatted(data, space.isEmpty() ? "space: {flops: 0.5, tolerance: 0.06}" : space);
    }

    private static byte[] images(int count, int magic) {
        return images(count, magic, SIZE);
    }

    private static byte[] images(int count, int magic, int size) {
        byte[] header = header(magic, count, size, size);
        byte[] file = Arrays.copyOf(header, header.length + count * size * size);
        for (int i = header.length; i < file.length; i++) {
            file[i] = (byte) (i * 31);
        }
        return file;
    }

    private static byte[] labels(int count, int magic, int classes) {
        byte[] header = header(magic, count);
        byte[] file = Arrays.copyOf(header, header.length + count);
        for (int i = 0; i < count; i++) {
            file[header.length + i] = (byte) (i % classes);
        }
        return file;
    }

    private static byte[] header(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            buffer.putInt(value);
        }
        return buffer.array();
    }
}
