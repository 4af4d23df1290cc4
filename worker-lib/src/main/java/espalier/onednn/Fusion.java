package espalier.onednn;

import espalier.onednn.Operation.Convolution;
import espalier.onednn.Operation.FusedConvolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes into convolutions what follows them, for inference: batch normalization, a sum with another value, and a rectifier. */
final class Fusion {
    private final Map<Value, Integer> readersLeft;
    private final Map<Value, Integer> readers;
    private final Value images;
    private final List<Operation> fused = new ArrayList<>();

    private Fusion(Program program) {
        this.readers = Program.readers(program.operations());
        this.readersLeft = Program.readers(program.operations());
        this.images = program.input();
    }

    static List<Operation> fuse(Program program) {
        Fusion fusion = new Fusion(program);
        for (Operation operation : program.operations()) {
            operation.inputs().forEach(input -> fusion.readersLeft.merge(input, -1, Integer::sum));
            fusion.add(operation);
        }
        return fusion.fused;
    }

    private void add(Operation operation) {
        if (operation instanceof Convolution convolution) {
            fused.add(new FusedConvolution(convolution, null, null, false, convolution.output()));
        } else if (operation instanceof Operation.BatchNorm norm) {
            FusedConvolution before = openConvolution(norm.input());
            if (before == null || before.norm() != null) {
                fused.add(norm);
            } else {
                replace(before, new FusedConvolution(before.convolution(), norm, null, norm.relu(), norm.output()));
            }
        } else if (operation instanceof Operation.Activation activation
                && activation.function() == Operation.Activation.Function.RELU) {
            FusedConvolution before = openConvolution(activation.input());
            if (before == null) {
                fused.add(activation);
            } else {
                replace(
                        before,
                        new FusedConvolution(before.convolution(), before.norm(), null, true, activation.output()));
            }
        } else if (operation instanceof Operation.Sum sum) {
            if (!takeInto(openConvolution(sum.right()), sum.left(), sum)
                    && !takeInto(openConvolution(sum.left()), sum.right(), sum)) {
                fused.add(sum);
            }
        } else {
            fused.add(operation);
        }
    }

    /** Moves a convolution to the place of the sum behind it, unless the other addend's memory is still needed. */
    private boolean takeInto(@Nullable FusedConvolution convolution, Value addend, Operation.Sum sum) {
        if (convolution == null
                || addend.equals(images)
                || addend.equals(convolution.convolution().input())
                || isOverwritten(convolution.convolution().input())
                || Objects.requireNonNull(readersLeft.get(addend)) > 0) {
            return false;
        }
        fused.remove(convolution);
        fused.add(
                new FusedConvolution(convolution.convolution(), convolution.norm(), addend, sum.relu(), sum.output()));
        return true;
    }

    /** Whether a sum before has left its result in a value's memory. */
    private boolean isOverwritten(Value value) {
        return fused.stream()
                .anyMatch(operation ->
                        operation instanceof FusedConvolution convolution && value.equals(convolution.addend()));
    }

    private void replace(FusedConvolution before, FusedConvolution after) {
        fused.set(fused.indexOf(before), after);
    }

    /** The convolution that makes a value, if nobody else reads the value and more can be taken into it. */
    private @Nullable FusedConvolution openConvolution(Value value) {
        if (Objects.requireNonNull(readers.get(value)) > 1) {
            return null;
        }
        for (Operation operation : fused) {
            if (operation instanceof FusedConvolution convolution
                    && convolution.output().equals(value)
                    && convolution.isOpen()) {
                return convolution;
            }
        }
        return null;
    }
}
