package espalier.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * One run of the program inside this process.
 *
 * @param exitCode what the process would have ended with
 * @param out what it printed
 * @param errors lines of its own on standard error; log lines are left out
 */
record Program(int exitCode, String out, List<String> errors) {

    /** Makes commands of this process run on a Spark of their own in it. */
    static void useLocalSpark(Path folder) {
        System.setProperty("spark.master", "local[2]");
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.driver.host", "127.0.0.1");
        System.setProperty("spark.driver.bindAddress", "127.0.0.1");
        System.setProperty(
                "spark.sql.warehouse.dir", folder.resolve("warehouse").toString());
    }

    static Program run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Main.run(arguments);
            List<String> errors = complained
                    .toString(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("espalier: "))
                    .toList();
            return new Program(exitCode, printed.toString(StandardCharsets.UTF_8), errors);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
