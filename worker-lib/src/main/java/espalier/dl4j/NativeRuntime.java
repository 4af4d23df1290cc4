package espalier.dl4j;

import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.deeplearning4j.config.DL4JClassLoading;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Sets up ND4J's native runtime for this process and, on the CPU, proves that Deeplearning4j's fast path is on.
 *
 * <p>Deeplearning4j 1.0.0-M2.1 runs convolutions through im2col unless three things are in place: a native library that is built with oneDNN, the
 * system property {@value #HELPERS_DISABLED} set to false, and the class {@code org.nd4j.nativeblas.Nd4jCpu$Environment}. The first is a matter of
 * the class path; this class sees to the other two.
 */
public final class NativeRuntime {
    private static final String HELPERS_DISABLED = "org.eclipse.deeplearning4j.helpers.disable";

    private static @Nullable NativeReport report;

    private NativeRuntime() {}

    /**
     * Prepares the process at the first call, and the calling thread at every call. Call it at the start of each task, on the thread that trains and
     * before it touches Deeplearning4j: oneDNN's number of threads belongs to the thread that calls it, and a new thread starts with OpenMP's.
     *
     * @param threads native threads of one task; ND4J allows at most OMP_NUM_THREADS, or the cores of the machine where that is not set
     * @return what was found at the first call
     * @throws IllegalArgumentException if {@code threads} is not positive, more than ND4J allows, or not what the process was prepared for
     */
    public static synchronized NativeReport prepare(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "threads is %d: give a task at least 1 native thread".formatted(threads));
        }
        NativeReport found = report;
        if (found == null) {
            found = prepareProcess(threads);
            report = found;
        }
        if (found.threads() != threads) {
            throw new IllegalArgumentException(
                    "threads is %d but this process was prepared for %d: one process has one number, start another process"
                            .formatted(threads, found.threads()));
        }
        if (Nd4j.getEnvironment().isCPU()) {
            bindThread(threads);
        }
        return found;
    }

    private static NativeReport prepareProcess(int threads) {
        DL4JClassLoading.setDl4jClassloaderFromClass(NativeRuntime.class);
        Nd4j.getMemoryManager().togglePeriodicGc(false);
        if (Nd4j.getEnvironment().isCPU()) {
            if (System.getProperty(HELPERS_DISABLED) == null) {
                System.setProperty(HELPERS_DISABLED, "false");
            }
            limitThreads(threads);
            bindThread(threads);
        } else {
            // Each layer would look for a helper of cuDNN, which is not there.
            System.setProperty(HELPERS_DISABLED, "true");
        }
        return inspect(threads);
    }

    private static void limitThreads(int threads) {
        Environment environment = Nd4j.getEnvironment();
        environment.setMaxThreads(threads);
        environment.setMaxMasterThreads(threads);
        if (environment.maxMasterThreads() < threads) {
            throw new IllegalArgumentException(
                    "threads is %d but ND4J allows %d: set OMP_NUM_THREADS to %d before the process starts, or ask for less"
                            .formatted(threads, environment.maxMasterThreads(), threads));
        }
        Nd4j.factory().blas().setMaxThreads(threads);
    }

    private static void bindThread(int threads) {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    }

    private static NativeReport inspect(int threads) {
        String backend = Nd4j.getExecutioner().getEnvironmentInformation().getProperty("backend");
        String library = library();
        if (!Nd4j.getEnvironment().isCPU()) {
            return new NativeReport(backend, library, threads, false, 1, "");
        }
        String mend = obstacle(library);
        double speedup = mend.isEmpty() ? new OneDnnProbe().speedup() : 1;
        if (mend.isEmpty() && !OneDnnProbe.isClear(speedup)) {
            mend = String.format(
                    Locale.ROOT,
                    "a convolution ran only %.1f times as fast with it: see that no other load takes the cores",
                    speedup);
        }
        return new NativeReport(backend, library, threads, mend.isEmpty(), speedup, mend);
    }

    /** What keeps oneDNN off and how to mend it; empty if nothing does. */
    private static String obstacle(String library) {
        if (Boolean.parseBoolean(System.getProperty(HELPERS_DISABLED))) {
            return "start Java without -D%s=true".formatted(HELPERS_DISABLED);
        }
        if (!OneDnnProbe.libraryHasOneDnn()) {
            return "put nd4j-native with a classifier such as linux-x86_64-onednn-avx2 on the class path instead of "
                    + library;
        }
        if (!OneDnnProbe.layerHasHelper()) {
            return "call NativeRuntime.prepare before anything else of Deeplearning4j, and load both from one class path";
        }
        return "";
    }

    /** The folder of the loaded native library is named after its platform and extension. */
    private static String library() {
        return Loader.getLoadedLibraries().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("nd4jc"))
                .map(entry -> Path.of(entry.getValue()))
                .map(path -> path.getName(path.getNameCount() - 2).toString())
                .findFirst()
                .orElse("unknown");
    }
}
