package espalier.cluster;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.StackFrame;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/** Looks into the executors of a cluster, which have to be started with {@link #SETTINGS}. */
public final class ExecutorDebugger {
    /** Settings of Spark that let a debugger attach. */
    public static final Map<String, String> SETTINGS = Map.of(
            "spark.executor.extraJavaOptions",
            JavaProcess.SHORT_LIVED + " -agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0");

    private static final Pattern ADDRESS = Pattern.compile("Listening for transport dt_socket at address: (\\d+)");

    private ExecutorDebugger() {}

    /** Waits until an executor is inside of a trial. */
    public static void awaitTrial(StandaloneCluster cluster) throws IOException, InterruptedException {
        StandaloneCluster.await("a trial at work", () -> {
            for (Path output : cluster.executorOutputs()) {
                Optional<VirtualMachine> machine = attach(output);
                if (machine.isPresent()) {
                    boolean trial = suspendTrial(machine.get());
                    // Lets go of all that is suspended.
                    machine.get().dispose();
                    if (trial) {
                        return Optional.of(output);
                    }
                }
            }
            return Optional.empty();
        });
    }

    /** Stops the thread of a trial for good; all other threads of its executor go on. */
    public static void suspendTrial(StandaloneCluster cluster) throws IOException, InterruptedException {
        StandaloneCluster.await("a trial at work", () -> {
            for (Path output : cluster.executorOutputs()) {
                if (attach(output).filter(ExecutorDebugger::suspendTrial).isPresent()) {
                    return Optional.of(output);
                }
            }
            return Optional.empty();
        });
    }

    private static boolean suspendTrial(VirtualMachine machine) {
        return machine.allThreads().stream().anyMatch(ExecutorDebugger::suspendsTrial);
    }

    /** Suspends a thread that is inside of a trial, and no other. */
    private static boolean suspendsTrial(ThreadReference thread) {
        thread.suspend();
        try {
            for (StackFrame frame : thread.frames()) {
                if (frame.location().declaringType().name().endsWith(".TrialRunner")) {
                    return true;
                }
            }
        } catch (IncompatibleThreadStateException e) {
            // It has ended.
        }
        thread.resume();
        return false;
    }

    /** The executor that printed this, if it still lives; after each debugger it listens somewhere else. */
    private static Optional<VirtualMachine> attach(Path output) throws IOException {
        List<String> ports = ADDRESS.matcher(Files.readString(output))
                .results()
                .map(address -> address.group(1))
                .toList();
        return ports.isEmpty() ? Optional.empty() : connect(ports.get(ports.size() - 1));
    }

    private static Optional<VirtualMachine> connect(String port) throws IOException {
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(each -> each.transport().name().equals("dt_socket"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        Objects.requireNonNull(arguments.get("hostname")).setValue("127.0.0.1");
        Objects.requireNonNull(arguments.get("port")).setValue(port);
        try {
            return Optional.of(connector.attach(arguments));
        } catch (ConnectException e) {
            return Optional.empty();
        } catch (IllegalConnectorArgumentsException e) {
            throw new IllegalArgumentException(List.of(port, arguments).toString(), e);
        }
    }
}
