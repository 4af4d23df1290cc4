package espalier.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the driver of NVIDIA's GPUs, through its own program, what a GPU is; nothing of CUDA is touched by that. */
final class NvidiaSmi {
    private static final Logger LOG = LoggerFactory.getLogger(NvidiaSmi.class);

    /** Such as {@code 0, NVIDIA A100-SXM4-40GB, 8.0}. */
    private static final Pattern LINE = Pattern.compile("(\\d+), (.+), (\\d+\\.\\d+)");

    private static final long PATIENCE_SECONDS = 60;

    private NvidiaSmi() {}

    /**
     * What a GPU is.
     *
     * @param name of its model
     */
    record Gpu(String name, ComputeCapability capability) {}

    /** The GPU of a number; empty if the program is missing, or too old to tell. */
    static Optional<Gpu> find(int number) {
        try {
            return find(number, run("nvidia-smi", "--query-gpu=index,name,compute_cap", "--format=csv,noheader"));
        } catch (IOException e) {
            LOG.info("compute capability of gpu {} is not known: {}", number, e.getMessage());
            return Optional.empty();
        }
    }

    static Optional<Gpu> find(int number, String output) {
        return output.lines()
                .map(line -> LINE.matcher(line.strip()))
                .filter(Matcher::matches)
                .filter(line -> line.group(1).equals(Integer.toString(number)))
                .map(line -> new Gpu(line.group(2), ComputeCapability.parse(line.group(3))))
                .findFirst();
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream output = process.getInputStream()) {
            // A line for each GPU: all of them fit into the pipe.
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command[0] + " says nothing for " + PATIENCE_SECONDS + " s");
            }
            return new String(output.readAllBytes(), StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
