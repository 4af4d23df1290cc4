package espalier.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An operation on earlier steps: the network between an ONNX file and a Deeplearning4j configuration. Two steps are equal
 * only if they are the same one.
 */
final class Step implements Value {
    private static final int MAX_EXTENT = 1 << 24;
    private static final long MAX_ELEMENTS = 1L << 28;

    private final String label;
    private final Operation operation;
    private final int[] dims;
    private final List<Step> inputs;

    /**
     * A step.
     *
     * @param label what its layer is to be named after; need not be unique
     * @param dims shape of one example's output, without the batch: [C, H, W], or [C], or of a reshape any
     * @throws IllegalArgumentException if the output is empty or absurdly large
     */
    Step(String label, Operation operation, int[] dims, List<Step> inputs) {
        this.label = label;
        this.operation = operation;
        this.dims = dims;
        this.inputs = List.copyOf(inputs);
        long elements = 1;
        for (int extent : dims) {
            if (extent < 1 || extent > MAX_EXTENT || (elements *= extent) > MAX_ELEMENTS) {
                throw new IllegalArgumentException("'%s' has output shape %s: extents must be 1 to %d, %d values in all"
                        .formatted(label, Arrays.toString(dims), MAX_EXTENT, MAX_ELEMENTS));
            }
        }
    }

    Step(String label, Operation operation, int[] dims, Step input) {
        this(label, operation, dims, List.of(input));
    }

    String label() {
        return label;
    }

    Operation operation() {
        return operation;
    }

    int[] dims() {
        return dims;
    }

    List<Step> inputs() {
        return inputs;
    }

    Step input() {
        return inputs.get(0);
    }

    boolean isImage() {
        return dims.length == 3;
    }

    int channels() {
        return dims[0];
    }

    int height() {
        return dims[1];
    }

    int width() {
        return dims[2];
    }

    /** Number of values of one example. */
    int size() {
        return Arrays.stream(dims).reduce(1, (product, extent) -> product * extent);
    }

    /** This step's channels at another height and width. */
    int[] resized(int height, int width) {
        return new int[] {channels(), height, width};
    }

    /** This step, and all before it, in an order in which none reads a later one and first inputs come first. */
    List<Step> order() {
        List<Step> order = new ArrayList<>();
        Set<Step> done = new HashSet<>();
        List<Step> waiting = new ArrayList<>(List.of(this));
        while (!waiting.isEmpty()) {
            Step step = waiting.get(waiting.size() - 1);
            int before = waiting.size();
            for (int i = step.inputs.size() - 1; i >= 0; i--) {
                if (!done.contains(step.inputs.get(i))) {
                    waiting.add(step.inputs.get(i));
                }
            }
            if (waiting.size() == before) {
                waiting.remove(before - 1);
                if (done.add(step)) {
                    order.add(step);
                }
            }
        }
        return order;
    }

    @Override
    public String toString() {
        return label + " " + operation.getClass().getSimpleName() + Arrays.toString(dims);
    }
}
