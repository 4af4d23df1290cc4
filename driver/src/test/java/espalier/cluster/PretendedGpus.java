package espalier.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.nd4j.common.io.ClassPathResource;
import org.nd4j.common.io.Resource;
import org.nd4j.linalg.cpu.nativecpu.CpuAffinityManager;
import org.nd4j.linalg.cpu.nativecpu.CpuBackend;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4jBackend;

/**
 * A backend of ND4J that takes itself for one of two GPUs, and computes on the CPU. Like the real one it is preferred wherever it is on the class path,
 * and is no CPU to anyone who asks. It writes down to which
 * devices tasks are bound.
 */
public final class PretendedGpus extends CpuBackend {
    private static final String PROPERTIES = "pretended-gpus.properties";
    private static final String BINDINGS = "espalier.pretended.bindings";
    private static final int DEVICES = 2;

    /**
     * Puts what ND4J finds the backend by into a folder, for the class path of executors.
     *
     * @return settings of Spark that give it to executors
     */
    public static Map<String, String> install(Path folder) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(Nd4jBackend.class.getName()), PretendedGpus.class.getName());
        byte[] ofTheCpu =
                new CpuBackend().getConfigurationResource().getInputStream().readAllBytes();
        Files.writeString(
                folder.resolve(PROPERTIES),
                new String(ofTheCpu, StandardCharsets.UTF_8)
                        .replace(CpuAffinityManager.class.getName(), Affinity.class.getName()));
        return Map.of(
                "spark.executor.extraClassPath",
                folder + ":" + System.getProperty("java.class.path"),
                "spark.executor.extraJavaOptions",
                "-D" + BINDINGS + "=" + folder.resolve("bindings"));
    }

    /**
     * A task that was bound to a device.
     *
     * @param trial its id
     * @param given what Spark gave it, as {@code gpu 0}
     * @param device that it was bound to
     * @param at microseconds since 1970
     */
    public record Binding(String trial, String given, String device, long at) {}

    /** Tasks that were bound, in order. */
    public static List<Binding> bindings(Path folder) throws IOException {
        Path file = folder.resolve("bindings");
        return Files.exists(file)
                ? Files.readAllLines(file).stream()
                        .map(line -> line.split(","))
                        .map(cells -> new Binding(cells[0], cells[1], cells[2], Long.parseLong(cells[3])))
                        .toList()
                : List.of();
    }

    @Override
    public int getPriority() {
        return BACKEND_PRIORITY_GPU;
    }

    @Override
    public Resource getConfigurationResource() {
        return new ClassPathResource(PROPERTIES, PretendedGpus.class.getClassLoader());
    }

    @Override
    public Environment getEnvironment() {
        Environment cpu = super.getEnvironment();
        return (Environment) Proxy.newProxyInstance(
                Environment.class.getClassLoader(), new Class<?>[] {Environment.class}, (self, method, arguments) -> {
                    if (method.getName().equals("isCPU")) {
                        return false;
                    }
                    try {
                        return method.invoke(cpu, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    /** Two devices. */
    public static final class Affinity extends CpuAffinityManager {
        @Override
        public int getNumberOfDevices() {
            return DEVICES;
        }

        @Override
        public void unsafeSetDevice(Integer device) {
            // ND4J binds threads of its own, too.
            TaskContext task = TaskContext.get();
            if (task == null) {
                return;
            }
            String binding = "%s,gpu %s,gpu %d,%d%n"
                    .formatted(
                            task.getLocalProperty("espalier.trial"),
                            String.join(
                                    ";",
                                    Objects.requireNonNull(task.resourcesJMap().get("gpu"))
                                            .addresses()),
                            device,
                            System.currentTimeMillis() * 1000);
            try {
                Files.writeString(
                        Path.of(System.getProperty(BINDINGS)),
                        binding,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
