package espalier.device;

import espalier.dl4j.Backends;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J with its CUDA backend, which has one device for each thread. */
final class CudaLibrary implements GpuLibrary {
    private final Map<Integer, Optional<String>> obstacles = new ConcurrentHashMap<>();

    @Override
    public Optional<String> obstacle(int gpu) {
        return obstacles.computeIfAbsent(gpu, CudaLibrary::findObstacle);
    }

    /** Looks at the GPU's generation first: the library knows no better than to crash on one that it has no code for. */
    private static Optional<String> findObstacle(int gpu) {
        return Backends.gpuObstacle().or(() -> tooOldOrNew(gpu)).or(() -> missing(gpu));
    }

    private static Optional<String> tooOldOrNew(int gpu) {
        return NvidiaSmi.find(gpu)
                .filter(model -> !model.capability().isSupported())
                .map(model -> model.name() + " has compute capability " + model.capability()
                        + ", and ND4J's CUDA library runs on 3.7 and 5.0 to 8.9; take another GPU");
    }

    /** Loads the library. */
    private static Optional<String> missing(int gpu) {
        Backends.useAny();
        try {
            if (Nd4j.getEnvironment().isCPU()) {
                return Optional.of("this process has loaded ND4J for the CPU; see its log for what ND4J says");
            }
        } catch (RuntimeException | LinkageError e) {
            return Optional.of(Backends.doesNotLoad(e));
        }
        int devices = Nd4j.getAffinityManager().getNumberOfDevices();
        return gpu < devices
                ? Optional.empty()
                : Optional.of("CUDA sees " + devices + " here; let CUDA_VISIBLE_DEVICES hide none");
    }

    @Override
    public void bind(int gpu) {
        Nd4j.getAffinityManager().unsafeSetDevice(gpu);
    }

    @Override
    public void stayOnCpu() {
        Backends.useCpu();
        if (!Nd4j.getEnvironment().isCPU()) {
            String why = obstacles.values().stream()
                    .flatMap(Optional::stream)
                    .findFirst()
                    .map(obstacle -> " (" + obstacle + ")")
                    .orElse("");
            throw new DeviceException(
                    "a trial is to run on the CPU" + why
                            + ", in a process that has loaded ND4J's CUDA library for another; give each executor GPUs of one kind");
        }
    }
}
