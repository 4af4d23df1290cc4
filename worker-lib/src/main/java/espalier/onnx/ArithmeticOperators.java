package espalier.onnx;

import espalier.onnx.Operation.Affine;
import espalier.onnx.Operation.Elementwise;
import espalier.onnx.Operation.Repetition;
import espalier.onnx.Operators.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;

/** Sums and products, of two tensors or of one with a constant. */
final class ArithmeticOperators {
    static final Map<String, Operator> ALL = Map.of(
            "Add",
            ArithmeticOperators::add,
            "Sub",
            ArithmeticOperators::subtract,
            "Mul",
            ArithmeticOperators::multiply,
            "Div",
            ArithmeticOperators::divide,
            "Neg",
            node -> List.of(affine(node, node.step(0), new float[] {-1}, new float[] {0})),
            "Sum",
            node -> elementwise(node, ElementWiseVertex.Op.Add),
            "Mean",
            node -> elementwise(node, ElementWiseVertex.Op.Average),
            "Max",
            node -> elementwise(node, ElementWiseVertex.Op.Max));

    private ArithmeticOperators() {}

    private static List<Value> add(OnnxNode node) {
        if (!node.isConstant(0) && !node.isConstant(1)) {
            return elementwise(node, ElementWiseVertex.Op.Add);
        }
        int constant = node.isConstant(0) ? 0 : 1;
        Step input = node.step(1 - constant);
        return List.of(affine(node, input, new float[] {1}, perChannel(node, constant, input)));
    }

    private static List<Value> subtract(OnnxNode node) {
        if (!node.isConstant(0) && !node.isConstant(1)) {
            if (!Arrays.equals(node.step(0).dims(), node.step(1).dims())) {
                throw node.refusal("subtracts tensors of different shapes, which is not supported");
            }
            return elementwise(node, ElementWiseVertex.Op.Subtract);
        }
        if (node.isConstant(0)) {
            Step input = node.step(1);
            return List.of(affine(node, input, new float[] {-1}, perChannel(node, 0, input)));
        }
        Step input = node.step(0);
        return List.of(affine(node, input, new float[] {1}, mapped(perChannel(node, 1, input), value -> -value)));
    }

    private static List<Value> multiply(OnnxNode node) {
        if (!node.isConstant(0) && !node.isConstant(1)) {
            return elementwise(node, ElementWiseVertex.Op.Product);
        }
        int constant = node.isConstant(0) ? 0 : 1;
        Step input = node.step(1 - constant);
        return List.of(affine(node, input, perChannel(node, constant, input), new float[] {0}));
    }

    private static List<Value> divide(OnnxNode node) {
        if (!node.isConstant(1)) {
            throw node.refusal("divides by a tensor that depends on the image; only constants are supported");
        }
        Step input = node.step(0);
        float[] divisors = perChannel(node, 1, input);
        for (float divisor : divisors) {
            if (!Float.isFinite(1 / divisor)) {
                throw node.refusal("divides by " + divisor);
            }
        }
        return List.of(affine(node, input, mapped(divisors, value -> 1 / value), new float[] {0}));
    }

    private interface FloatFunction {
        float of(float value);
    }

    private static float[] mapped(float[] values, FloatFunction function) {
        float[] mapped = new float[values.length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = function.of(values[i]);
        }
        return mapped;
    }

    private static Step affine(OnnxNode node, Step input, float[] scale, float[] shift) {
        return new Step(node.label(), new Affine(scale, shift), input.dims(), input);
    }

    /** A constant that has one value, or one for each channel. */
    private static float[] perChannel(OnnxNode node, int constant, Step input) {
        Constant weights = node.weights(constant);
        int[] dims = weights.dims();
        int rank = input.dims().length;
        // Aligned at the last axis, the channels are as far from it as the input's are.
        int channelAxis = dims.length - rank;
        boolean fits = weights.size() == 1
                || (channelAxis >= 0
                        && dims.length <= rank + 1
                        && dims[channelAxis] == input.channels()
                        && weights.size() == input.channels());
        if (!fits) {
            throw node.refusal(
                    "has a constant of shape %s; for an input of %s one value, or one for each channel, is supported"
                            .formatted(Arrays.toString(dims), Arrays.toString(input.dims())));
        }
        return weights.floats();
    }

    private static List<Value> elementwise(OnnxNode node, ElementWiseVertex.Op function) {
        Step largest = node.step(0);
        for (int i = 1; i < node.inputs(); i++) {
            largest = node.step(i).size() > largest.size() ? node.step(i) : largest;
        }
        List<Step> operands = new ArrayList<>();
        for (int i = 0; i < node.inputs(); i++) {
            operands.add(broadcast(node, node.step(i), largest));
        }
        return List.of(
                operands.size() == 1
                        ? operands.get(0)
                        : new Step(node.label(), new Elementwise(function), largest.dims(), operands));
    }

    private static Step broadcast(OnnxNode node, Step operand, Step target) {
        if (Arrays.equals(operand.dims(), target.dims())) {
            return operand;
        }
        boolean expressible = operand.isImage()
                && target.isImage()
                && operand.channels() == target.channels()
                && operand.height() * operand.width() == 1;
        if (!expressible) {
            throw node.refusal("combines shapes %s and %s; equal ones, or [C, 1, 1] with [C, H, W], are supported"
                    .formatted(Arrays.toString(operand.dims()), Arrays.toString(target.dims())));
        }
        return new Step(
                operand.label() + "-spread", new Repetition(target.height(), target.width()), target.dims(), operand);
    }
}
