package espalier.onnx;

import espalier.onnx.Operation.Affine;
import espalier.onnx.Operation.BatchNormalization;
import espalier.onnx.Operation.ChannelPadding;
import espalier.onnx.Operation.Concatenation;
import espalier.onnx.Operation.Convolution;
import espalier.onnx.Operation.Dense;
import espalier.onnx.Operation.Elementwise;
import espalier.onnx.Operation.GlobalPooling;
import espalier.onnx.Operation.Input;
import espalier.onnx.Operation.Padding;
import espalier.onnx.Operation.Reshape;
import espalier.onnx.Operation.Sampling;
import espalier.onnx.Operation.Subset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.jspecify.annotations.Nullable;

/**
 * Joins steps that are one layer in Deeplearning4j, without changing what the network computes: constants go into the
 * weights around them, padding into the convolution behind it, reshapes into one.
 */
final class Simplifier {
    private final Map<Step, Integer> readers = new HashMap<>();
    private final Map<Step, Step> replacements = new HashMap<>();

    private Simplifier() {}

    /** An equal network of fewer steps, which ends in the returned one. */
    static Step simplify(Step output) {
        Simplifier simplifier = new Simplifier();
        List<Step> order = output.order();
        Map<Step, Integer> before = new HashMap<>();
        before.put(output, 1);
        order.forEach(step -> step.inputs().forEach(input -> before.merge(input, 1, Integer::sum)));
        for (Step step : order) {
            List<Step> inputs = step.inputs().stream().map(simplifier::replaced).toList();
            Step simple = simplifier.simplified(new Step(step.label(), step.operation(), step.dims(), inputs));
            simplifier.replacements.put(step, simple);
            // Whoever read the step reads the simple one; where that is an input of the step, the step no longer does.
            int others = simplifier.readersOf(simple) - (inputs.contains(simple) ? 1 : 0);
            simplifier.readers.put(simple, others + before.getOrDefault(step, 0));
        }
        return simplifier.replaced(output);
    }

    private Step replaced(Step step) {
        return replacements.getOrDefault(step, step);
    }

    private int readersOf(Step step) {
        return readers.getOrDefault(step, 0);
    }

    private boolean isReadOnceBy(Step input, Class<? extends Operation> type) {
        return type.isInstance(input.operation()) && readersOf(input) == 1;
    }

    private Step simplified(Step step) {
        if (step.operation() instanceof Input) {
            return step;
        }
        Step input = step.input();
        if (step.operation() instanceof Affine affine) {
            return affine.isIdentity() ? input : scaled(step, affine, input);
        }
        if (step.operation() instanceof Dense dense && isReadOnceBy(input, Affine.class)) {
            return absorbing(step, dense, input);
        }
        if (step.operation() instanceof Convolution convolution && isReadOnceBy(input, Padding.class)) {
            return padded(step, convolution, input);
        }
        if (step.operation() instanceof Sampling sampling && isReadOnceBy(input, Sampling.class)) {
            return sampled(step, sampling, input);
        }
        if (step.operation() instanceof Reshape) {
            return reshaped(step, input);
        }
        if (step.operation() instanceof Elementwise elementwise && elementwise.function() == ElementWiseVertex.Op.Add) {
            return filledWithZeros(step);
        }
        return step;
    }

    // ---- Constants into weights.

    private Step scaled(Step step, Affine affine, Step input) {
        if (readersOf(input) != 1) {
            return step;
        }
        int channels = step.channels();
        float[] scale = spread(affine.scale(), channels);
        float[] shift = spread(affine.shift(), channels);
        Operation joined = null;
        if (input.operation() instanceof Convolution convolution) {
            joined = new Convolution(
                    channels,
                    convolution.groups(),
                    convolution.window(),
                    scaledRows(convolution.weights(), scale),
                    affine(bias(convolution.bias(), channels), scale, shift));
        } else if (input.operation() instanceof Dense dense) {
            joined = new Dense(
                    channels,
                    scaledColumns(dense.weights(), scale),
                    affine(bias(dense.bias(), channels), scale, shift));
        } else if (input.operation() instanceof BatchNormalization norm) {
            joined = new BatchNormalization(
                    scaledRows(norm.scale(), scale),
                    affine(norm.shift(), scale, shift),
                    norm.mean(),
                    norm.variance(),
                    norm.epsilon(),
                    norm.momentum());
        } else if (input.operation() instanceof Affine inner) {
            boolean single =
                    affine.scale().length + affine.shift().length + inner.scale().length + inner.shift().length == 4;
            int width = single ? 1 : channels;
            float[] outer = spread(affine.scale(), width);
            joined = new Affine(
                    scaledRows(spread(inner.scale(), width), outer),
                    affine(spread(inner.shift(), width), outer, spread(affine.shift(), width)));
        }
        return joined == null ? step : new Step(input.label(), joined, step.dims(), input.inputs());
    }

    /** A dense layer that scales and shifts its inputs itself. */
    private static Step absorbing(Step step, Dense dense, Step input) {
        Affine affine = (Affine) input.operation();
        float[] scale = spread(affine.scale(), input.channels());
        float[] shift = spread(affine.shift(), input.channels());
        float[] bias = bias(dense.bias(), dense.outputs()).clone();
        boolean shifts = dense.bias() != null;
        for (int i = 0; i < dense.weights().length; i++) {
            bias[i % dense.outputs()] += shift[i / dense.outputs()] * dense.weights()[i];
            shifts |= shift[i / dense.outputs()] != 0;
        }
        float[] weights = scaledRows(dense.weights(), scale);
        return new Step(
                step.label(), new Dense(dense.outputs(), weights, shifts ? bias : null), step.dims(), input.inputs());
    }

    /** One value for each channel, of as many or of one that serves all. */
    static float[] spread(float[] values, int count) {
        if (values.length == count) {
            return values;
        }
        float[] spread = new float[count];
        Arrays.fill(spread, values[0]);
        return spread;
    }

    private static float[] bias(float @Nullable [] bias, int channels) {
        return bias == null ? new float[channels] : bias;
    }

    private static float[] affine(float[] values, float[] scale, float[] shift) {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = scale[i] * values[i] + shift[i];
        }
        return result;
    }

    /** Each of as many rows as there are factors, times its factor. */
    private static float[] scaledRows(float[] values, float[] factors) {
        int row = values.length / factors.length;
        float[] scaled = new float[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = factors[i / row] * values[i];
        }
        return scaled;
    }

    private static float[] scaledColumns(float[] values, float[] factors) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = factors[i % factors.length] * values[i];
        }
        return scaled;
    }

    // ---- Padding, sampling, reshapes.

    private static Step padded(Step step, Convolution convolution, Step padding) {
        int[] around = ((Padding) padding.operation()).around().clone();
        for (int side = 0; side < around.length; side++) {
            around[side] += convolution.window().padding()[side];
        }
        Convolution wider = new Convolution(
                convolution.outputs(),
                convolution.groups(),
                convolution.window().withPadding(around),
                convolution.weights(),
                convolution.bias());
        return new Step(step.label(), wider, step.dims(), padding.inputs());
    }

    private static Step sampled(Step step, Sampling outer, Step input) {
        Sampling inner = (Sampling) input.operation();
        int[] offset = new int[2];
        int[] stride = new int[2];
        for (int axis = 0; axis < 2; axis++) {
            offset[axis] = inner.offset()[axis] + outer.offset()[axis] * inner.stride()[axis];
            stride[axis] = inner.stride()[axis] * outer.stride()[axis];
        }
        return new Step(step.label(), new Sampling(offset, stride), step.dims(), input.inputs());
    }

    private Step reshaped(Step step, Step input) {
        Step source = input.operation() instanceof Reshape ? input.input() : input;
        if (Arrays.equals(source.dims(), step.dims())) {
            return source;
        }
        if (isReadOnceBy(source, GlobalPooling.class) && readersOf(input) == 1 && step.dims().length == 1) {
            return new Step(source.label(), source.operation(), step.dims(), source.inputs());
        }
        return source == input ? step : new Step(step.label(), new Reshape(), step.dims(), source);
    }

    // ---- Zero channels.

    /**
     * Zero channels that are added to something are made of it: so channel i of the one operand and of the other is one
     * channel.
     */
    private Step filledWithZeros(Step sum) {
        List<Step> operands = new ArrayList<>(sum.inputs());
        for (int i = 0; i < operands.size() && operands.size() == 2; i++) {
            Step padding = operands.get(i);
            if (isReadOnceBy(padding, ChannelPadding.class)) {
                operands.set(i, filled(padding, operands.get(1 - i)));
            }
        }
        return operands.equals(sum.inputs()) ? sum : new Step(sum.label(), sum.operation(), sum.dims(), operands);
    }

    private static Step filled(Step padding, Step other) {
        ChannelPadding channels = (ChannelPadding) padding.operation();
        List<Step> parts = new ArrayList<>(List.of(padding.input()));
        if (channels.before() > 0) {
            parts.add(0, zeros(padding.label() + "-before", other, 0, channels.before()));
        }
        if (channels.after() > 0) {
            parts.add(zeros(padding.label() + "-after", other, other.channels() - channels.after(), channels.after()));
        }
        return new Step(padding.label(), new Concatenation(), padding.dims(), parts);
    }

    /** Zeros in the place of some channels. */
    static Step zeros(String label, Step channels, int from, int count) {
        int[] dims = channels.dims().clone();
        dims[0] = count;
        Step part = count == channels.channels()
                ? channels
                : new Step(label + "-slice", new Subset(from, from + count - 1), dims, channels);
        return new Step(label + "-zero", new Affine(new float[] {0}, new float[] {0}), dims, part);
    }
}
