package espalier.cluster;

import java.io.IOException;
import java.util.Arrays;

/** A main class in a process that ends with the one that started it. */
final class ChildProcess {
    private ChildProcess() {}

    /**
     * Runs the class; the process ends at the latest when standard input does.
     *
     * @param arguments the name of the class, and its own arguments
     */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread watch = new Thread(ChildProcess::endWithParent);
        watch.setDaemon(true);
        watch.start();
        Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object)
                Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            // Then it is gone, too.
        }
        Runtime.getRuntime().halt(1);
    }
}
