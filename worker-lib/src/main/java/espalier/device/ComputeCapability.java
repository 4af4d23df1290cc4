package espalier.device;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A generation of NVIDIA's GPUs, such as 8.6.
 *
 * @param major generation
 * @param minor model within it
 */
record ComputeCapability(int major, int minor) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})");

    /** @throws IllegalArgumentException if the text is not two numbers and a dot between them */
    static ComputeCapability parse(String text) {
        Matcher numbers = TEXT.matcher(text);
        if (!numbers.matches()) {
            throw new IllegalArgumentException("compute capability is '" + text + "'; give it as in 8.6");
        }
        return new ComputeCapability(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
    }

    /**
     * Whether ND4J's library for CUDA 11.6 runs on it. That holds machine code for 3.7, 5.0, 5.2, 6.0, 6.1, 7.0, 7.5, 8.0 and 8.6, which runs on the
     * same major number from that minor number on, and nothing that a driver could compile for another.
     */
    boolean isSupported() {
        return major == 3 ? minor >= 7 : major >= 5 && major <= 8;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
