package espalier.dl4j;

import java.util.Locale;
import java.util.Objects;

/**
 * What the native runtime of this process is and how fast its convolutions are.
 *
 * @param backend ND4J's backend, {@code CPU} or {@code CUDA}
 * @param library platform and extension of the native library that was loaded, such as {@code linux-x86_64-onednn-avx2}
 * @param threads native threads of one task
 * @param oneDnn whether Deeplearning4j's layers were seen to run on oneDNN
 * @param speedup how many times faster a convolution with oneDNN ran than one without; 1 where that was not measured
 * @param mend what to change to turn oneDNN on; empty if it is on, or is of no use to the backend
 */
public record NativeReport(String backend, String library, int threads, boolean oneDnn, double speedup, String mend) {
    public NativeReport {
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(library, "library");
        Objects.requireNonNull(mend, "mend");
    }

    /** One line for the log. */
    public String line() {
        String start = "native runtime: %s, %s, %d %s"
                .formatted(backend, library, threads, threads == 1 ? "thread" : "threads");
        if (oneDnn) {
            return start + String.format(Locale.ROOT, ", oneDNN on (convolution %.1f times as fast)", speedup);
        }
        return mend.isEmpty() ? start : start + ", oneDNN OFF, training is about 10 times slower: " + mend;
    }
}
