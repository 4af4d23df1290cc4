package espalier.device;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the calling thread its device, at the start of a trial and before it touches Deeplearning4j. */
public final class DeviceBinder {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceBinder.class);
    private static final DeviceBinder OF_THIS_PROCESS = new DeviceBinder(new CudaLibrary());
    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");

    private final GpuLibrary library;

    DeviceBinder(GpuLibrary library) {
        this.library = library;
    }

    public static DeviceBinder ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    /**
     * Binds the calling thread.
     *
     * @param gpus addresses of the GPUs that the cluster gives the trial: CUDA's numbers
     * @return the device by its name, {@code cpu} or such as {@code gpu 1}
     * @throws DeviceException if the trial cannot run as the study wants
     */
    public synchronized String bind(DeviceChoice choice, List<String> gpus) {
        if (choice == DeviceChoice.CPU || (choice == DeviceChoice.AUTO && gpus.isEmpty())) {
            library.stayOnCpu();
            return "cpu";
        }
        int gpu = number(gpus);
        Optional<String> obstacle = library.obstacle(gpu);
        if (obstacle.isEmpty()) {
            library.bind(gpu);
            return "gpu " + gpu;
        }
        if (choice == DeviceChoice.GPU) {
            throw new DeviceException("gpu " + gpu + " of " + Machine.name() + " cannot be used: " + obstacle.get()
                    + ", or let trials run on the CPU with training.device=auto");
        }
        library.stayOnCpu();
        LOG.warn("gpu {} stays idle and the trial runs on the CPU: {}", gpu, obstacle.get());
        return "cpu";
    }

    private static int number(List<String> gpus) {
        if (gpus.size() != 1) {
            throw new DeviceException("a trial runs on 1 GPU, and the cluster gives it " + gpus.size()
                    + "; set spark.task.resource.gpu.amount to 1");
        }
        String address = gpus.get(0);
        if (!NUMBER.matcher(address).matches()) {
            throw new DeviceException(
                    "the GPU's address is '" + address + "', not its number; let conf/gpu-discovery.sh find the GPUs");
        }
        return Integer.parseInt(address);
    }
}
