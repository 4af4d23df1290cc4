package espalier.onednn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network as operations in the order in which they run.
 *
 * @param input the images
 * @param logits what the softmax of the output layer takes
 */
record Program(Value input, Value logits, List<Operation> operations) {
    Program {
        operations = List.copyOf(operations);
    }

    /** Number of operations that read each value. */
    static Map<Value, Integer> readers(List<Operation> operations) {
        Map<Value, Integer> readers = new HashMap<>();
        for (Operation operation : operations) {
            operation.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
        }
        return readers;
    }

    /** The same network without channels that nobody reads and with rectifiers inside the operations in front of them. */
    Program simplified() {
        return new Program(input, logits, fuseRectifiers(dropUnread()));
    }

    private List<Operation> dropUnread() {
        Map<Value, Integer> readers = readers(operations);
        List<Operation> read = new ArrayList<>();
        for (int i = operations.size() - 1; i >= 0; i--) {
            Operation operation = operations.get(i);
            if (operation.output().equals(logits) || readers.getOrDefault(operation.output(), 0) > 0) {
                read.add(operation);
            } else if (operation instanceof Operation.Placement) {
                operation.inputs().forEach(input -> readers.merge(input, -1, Integer::sum));
            } else {
                throw new UnsupportedNetworkException(
                        "nobody reads the output of '" + operation.output().name() + "'");
            }
        }
        Collections.reverse(read);
        return read;
    }

    private static List<Operation> fuseRectifiers(List<Operation> operations) {
        Map<Value, Integer> readers = readers(operations);
        Map<Value, Integer> places = new HashMap<>();
        List<Operation> fused = new ArrayList<>();
        for (Operation operation : operations) {
            Integer place = rectifies(operation, readers)
                    ? places.get(operation.inputs().get(0))
                    : null;
            Operation both = place == null ? null : rectified(fused.get(place), operation.output());
            if (place != null && both != null) {
                fused.set(place, both);
                places.put(operation.output(), place);
            } else {
                places.put(operation.output(), fused.size());
                fused.add(operation);
            }
        }
        return fused;
    }

    private static boolean rectifies(Operation operation, Map<Value, Integer> readers) {
        return operation instanceof Operation.Activation activation
                && activation.function() == Operation.Activation.Function.RELU
                && Objects.requireNonNull(readers.get(activation.input())) == 1;
    }

    private static @Nullable Operation rectified(Operation operation, Value output) {
        if (operation instanceof Operation.BatchNorm norm && !norm.relu()) {
            return new Operation.BatchNorm(
                    norm.layer(),
                    norm.input(),
                    output,
                    norm.scaleShift(),
                    norm.mean(),
                    norm.variance(),
                    norm.logarithmic(),
                    norm.epsilon(),
                    norm.decay(),
                    true);
        }
        if (operation instanceof Operation.Sum sum && !sum.relu()) {
            return new Operation.Sum(sum.left(), sum.right(), output, true);
        }
        return null;
    }
}
