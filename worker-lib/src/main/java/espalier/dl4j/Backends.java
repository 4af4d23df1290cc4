package espalier.dl4j;

import espalier.text.FirstLine;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.cpu.nativecpu.CpuBackend;
import org.nd4j.linalg.factory.Nd4jBackend;

/**
 * Which of ND4J's backends this process loads. Left alone, ND4J takes the one for GPUs wherever that is on the class path and works. What is said here
 * holds if nothing of ND4J has been used before.
 */
public final class Backends {
    private static final ClassLoader CLASS_PATH = Objects.requireNonNull(Backends.class.getClassLoader());

    private Backends() {}

    /** The CPU's, whatever else is on the class path. */
    public static void useCpu() {
        ND4JClassLoading.setNd4jClassloader(new CpuOnly(CLASS_PATH));
    }

    /** The one that ND4J prefers. */
    public static void useAny() {
        ND4JClassLoading.setNd4jClassloader(CLASS_PATH);
    }

    /** Why the one for GPUs cannot be used in this process, and the mend, in one line; empty if it can. */
    public static Optional<String> gpuObstacle() {
        try {
            Optional<Nd4jBackend> backend = ServiceLoader.load(Nd4jBackend.class, CLASS_PATH).stream()
                    .filter(each -> each.type() != CpuBackend.class)
                    .map(ServiceLoader.Provider::get)
                    .findFirst();
            if (backend.isEmpty()) {
                return Optional.of("ND4J's CUDA library is not on the class path; build espalier.jar with -Pcuda");
            }
            return backend.get().canRun() ? Optional.empty() : Optional.of("ND4J's CUDA library does not run here");
        } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
            return Optional.of(doesNotLoad(e));
        }
    }

    /** An obstacle, from what the library, or one that it needs, said when it was loaded. */
    public static String doesNotLoad(Throwable failure) {
        return "ND4J's CUDA library does not load (" + FirstLine.of(root(failure))
                + "); install NVIDIA's driver and CUDA 11.6, and give all jars that docs/gpu.md names";
    }

    /** JavaCPP's own complaint is of the last place that it looked at. */
    private static Throwable root(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure : root(cause);
    }

    /** Tells of one backend alone. */
    private static final class CpuOnly extends ClassLoader {
        private static final String BACKENDS = "META-INF/services/" + Nd4jBackend.class.getName();

        private CpuOnly(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals(BACKENDS)
                    ? Collections.enumeration(
                            Collections.singleton(Objects.requireNonNull(Backends.class.getResource("cpu-backend"))))
                    : super.getResources(name);
        }
    }
}
