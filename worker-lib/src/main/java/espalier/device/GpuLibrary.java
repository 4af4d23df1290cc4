package espalier.device;

import java.util.Optional;

/** The deep-learning library of this process, as far as it concerns devices. */
interface GpuLibrary {

    /**
     * Loads the library for GPUs, if this process has loaded none yet.
     *
     * @param gpu its number
     * @return why trials cannot run on the GPU, and the mend, in one line; empty if they can
     */
    Optional<String> obstacle(int gpu);

    /** Makes the calling thread work on the GPU from now on. */
    void bind(int gpu);

    /**
     * Loads the library for the CPU, if this process has loaded none yet.
     *
     * @throws DeviceException if it has loaded the one for GPUs
     */
    void stayOnCpu();
}
