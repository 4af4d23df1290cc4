package espalier.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** A driver in a process of its own, to be killed. */
final class ForkedDriver implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private ForkedDriver(Process process) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a driver that takes the lock of study {@code demo} and holds it until its input ends. */
    static ForkedDriver holding(Path output) throws IOException {
        return start("hold", output);
    }

    /** Starts a driver that appends trials {@code t000000}, {@code t000001}, … to study {@code demo} until it is killed. */
    static ForkedDriver appending(Path output) throws IOException {
        return start("append", output);
    }

    private static ForkedDriver start(String what, Path output) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        for (String opened :
                List.of("java.lang", "java.lang.invoke", "java.net", "java.nio", "java.util", "sun.nio.ch")) {
            String module = "java.base/" + opened;
            command.add("--add-opens=" + module + "=ALL-UNNAMED");
        }
        command.add("--add-opens=java.base/sun.security.action=ALL-UNNAMED");
        command.add("--add-opens=java.base/java.util.concurrent=ALL-UNNAMED");
        command.addAll(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(ForkedDriver.class.getName(), what, output.toString()));
        return new ForkedDriver(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** The next line that the driver prints, or "" when it has ended. */
    String nextLine() throws IOException {
        String line = lines.readLine();
        return line == null ? "" : line;
    }

    long pid() {
        return process.pid();
    }

    /** Ends the driver as the operating system does when memory is short. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Lets the driver end by itself, without closing what it holds. */
    void end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws Exception {
        Path output = Path.of(arguments[1]);
        StudyFolder folder = StudyFolder.of(output.toString(), "demo", new Configuration());
        StudyLock lock = folder.lock();
        System.out.println("locked");
        if (arguments[0].equals("hold")) {
            while (System.in.read() >= 0) {}
            return;
        }
        SparkSession session = TestSession.start(output);
        TableWriter writer = TableWriter.open(session, folder, lock);
        for (int i = 0; i < 100_000; i++) {
            writer.append(ExampleRows.trial("demo", trialId(i)));
            if (i % 50 == 0) {
                writer.flush();
                System.out.println(i);
            }
        }
    }

    static String trialId(int number) {
        return String.format("t%06d", number);
    }
}
