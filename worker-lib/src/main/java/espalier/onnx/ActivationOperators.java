package espalier.onnx;

import espalier.onnx.Operation.Activation;
import espalier.onnx.Operation.Affine;
import espalier.onnx.Operation.Elementwise;
import espalier.onnx.Operation.Softmax;
import espalier.onnx.Operators.Operator;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Operators that are functions of each value alone, and softmax. */
final class ActivationOperators {
    static final Map<String, Operator> ALL = Map.ofEntries(
            Map.entry("Relu", node -> activation(node, new ActivationReLU())),
            Map.entry("LeakyRelu", node -> activation(node, new ActivationLReLU(node.number("alpha", 0.01f)))),
            Map.entry("PRelu", ActivationOperators::pRelu),
            Map.entry("Elu", node -> activation(node, new ActivationELU(node.number("alpha", 1)))),
            Map.entry("Selu", ActivationOperators::selu),
            Map.entry("Sigmoid", node -> activation(node, new ActivationSigmoid())),
            Map.entry("Tanh", node -> activation(node, new ActivationTanH())),
            Map.entry("Softplus", node -> activation(node, new ActivationSoftPlus())),
            Map.entry("Softsign", node -> activation(node, new ActivationSoftSign())),
            Map.entry("HardSigmoid", ActivationOperators::hardSigmoid),
            Map.entry("HardSwish", ActivationOperators::hardSwish),
            Map.entry("Clip", ActivationOperators::clip),
            Map.entry("Softmax", ActivationOperators::softmax),
            Map.entry("LogSoftmax", ActivationOperators::softmax));

    /** Exporters write the largest float where there is no bound. */
    private static final float UNBOUNDED = 3.4e38f;

    private static final float HARD_SIGMOID_SLOPE = 0.2f;
    private static final double SELU_ALPHA = 1.6732632;
    private static final double SELU_GAMMA = 1.050701;

    private ActivationOperators() {}

    private static List<Value> activation(OnnxNode node, IActivation function) {
        return List.of(activation(node, node.step(0), function));
    }

    private static Step activation(OnnxNode node, Step input, IActivation function) {
        return new Step(node.label(), new Activation(function), input.dims(), input);
    }

    private static Step affine(OnnxNode node, Step input, double scale, double shift) {
        Affine affine = new Affine(new float[] {(float) scale}, new float[] {(float) shift});
        return new Step(node.label(), affine, input.dims(), input);
    }

    private static List<Value> pRelu(OnnxNode node) {
        float[] slopes = node.weights(1).floats();
        boolean one = slopes.length > 0;
        for (float slope : slopes) {
            one &= slope == slopes[0];
        }
        if (!one) {
            throw node.refusal("has a slope for each channel; only one slope for all is supported");
        }
        return activation(node, new ActivationLReLU(slopes[0]));
    }

    private static List<Value> selu(OnnxNode node) {
        float alpha = node.number("alpha", (float) SELU_ALPHA);
        float gamma = node.number("gamma", (float) SELU_GAMMA);
        if (Math.abs(alpha - SELU_ALPHA) > 1e-5 || Math.abs(gamma - SELU_GAMMA) > 1e-5) {
            throw node.refusal("has alpha %s and gamma %s; only the usual %s and %s are supported"
                    .formatted(alpha, gamma, (float) SELU_ALPHA, (float) SELU_GAMMA));
        }
        return activation(node, new ActivationSELU());
    }

    private static List<Value> hardSigmoid(OnnxNode node) {
        float slope = node.number("alpha", HARD_SIGMOID_SLOPE);
        float middle = node.number("beta", 0.5f);
        return List.of(hardSigmoid(node, slope, middle));
    }

    /** max(0, min(1, slope * x + middle)); Deeplearning4j's has the slope 0.2 and the middle 0.5. */
    private static Step hardSigmoid(OnnxNode node, float slope, float middle) {
        Step scaled = affine(node, node.step(0), slope / HARD_SIGMOID_SLOPE, (middle - 0.5f) / HARD_SIGMOID_SLOPE);
        return activation(node, scaled, new ActivationHardSigmoid());
    }

    private static List<Value> hardSwish(OnnxNode node) {
        Step input = node.step(0);
        Step gate = hardSigmoid(node, 1 / 6f, 0.5f);
        return List.of(new Step(
                node.label(), new Elementwise(ElementWiseVertex.Op.Product), input.dims(), List.of(input, gate)));
    }

    private static List<Value> clip(OnnxNode node) {
        float low = node.number("min", 1, -Float.MAX_VALUE);
        float high = node.number("max", 2, Float.MAX_VALUE);
        if (!(low < high)) {
            throw node.refusal("has bounds %s to %s; the first must be the smaller".formatted(low, high));
        }
        return List.of(clip(node, node.step(0), low, high));
    }

    private static Step clip(OnnxNode node, Step input, float low, float high) {
        boolean bounded = high < UNBOUNDED;
        if (low <= -UNBOUNDED) {
            // min(x, high) is high - max(0, high - x).
            return bounded
                    ? affine(node, activation(node, affine(node, input, -1, high), new ActivationReLU()), -1, high)
                    : input;
        }
        if (low == -1 && high == 1) {
            return activation(node, input, new ActivationHardTanH());
        }
        if (low != 0) {
            Step positive = clip(node, affine(node, input, 1, -low), 0, bounded ? high - low : high);
            return affine(node, positive, 1, low);
        }
        if (high == 6) {
            return activation(node, input, new ActivationReLU6());
        }
        return activation(node, input, bounded ? new ActivationReLU((double) high, null, null) : new ActivationReLU());
    }

    private static List<Value> softmax(OnnxNode node) {
        Step input = node.step(0);
        int rank = input.dims().length + 1;
        int axis = node.axis(node.integer("axis", node.opset() >= 13 ? -1 : 1), rank);
        boolean perPosition = input.isImage() && input.height() * input.width() > 1;
        if (axis != 1 || perPosition) {
            throw node.refusal("is not over the channels of one position; only a classifier's is supported");
        }
        return List.of(new Step(node.label(), new Softmax(), input.dims(), input));
    }
}
