package espalier.cluster;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a class of this test's class path in a process of its own, which ends with this one, on the loopback interface alone. */
final class JavaProcess {
    /** Processes live for a minute, several on a core: they are over before the optimising compiler has paid for itself. */
    static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    private JavaProcess() {}

    /**
     * Starts it; standard error goes to a file.
     *
     * @param home a folder for what Spark writes
     * @param host address of the loopback interface that is this process's own
     * @param options of the Java machine
     * @param mainClass and its arguments
     */
    static Process start(Path home, String host, Path errors, List<String> options, List<String> mainClass)
            throws IOException {
        // Workers look for Spark's jars here, and start executors with the class path of this test.
        Files.createDirectories(home.resolve("jars"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens"))
                .toList());
        command.addAll(List.of(SHORT_LIVED.split(" ")));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(ChildProcess.class.getName());
        command.addAll(mainClass);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("SPARK_HOME", home.toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.12");
        builder.environment().put("SPARK_LOCAL_IP", host);
        builder.environment().put("SPARK_LOCAL_HOSTNAME", host);
        return builder.start();
    }
}
