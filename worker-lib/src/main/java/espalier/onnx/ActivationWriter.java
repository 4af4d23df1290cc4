package espalier.onnx;

import static espalier.onnx.ModelBuilder.attribute;

import java.util.List;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Deeplearning4j's activation functions as ONNX nodes. */
final class ActivationWriter {
    private final ModelBuilder model;

    ActivationWriter(ModelBuilder model) {
        this.model = model;
    }

    static boolean isIdentity(IActivation function) {
        return function instanceof ActivationIdentity;
    }

    /**
     * Adds a function of a value, but not the identity.
     *
     * @param layer whose function it is, for the message
     * @return the output's name
     * @throws IllegalArgumentException if ONNX has no such function
     */
    String write(IActivation function, String layer, String node, String input, String output) {
        List<String> from = List.of(input);
        if (function instanceof ActivationReLU6) {
            return clip(node, input, output, 0, 6);
        }
        if (function instanceof ActivationReLU relu) {
            return relu(relu, layer, node, input, output);
        }
        if (function instanceof ActivationLReLU leaky) {
            return model.node("LeakyRelu", node, output, from, attribute("alpha", (float) leaky.getAlpha()));
        }
        if (function instanceof ActivationELU elu) {
            return model.node("Elu", node, output, from, attribute("alpha", (float) elu.getAlpha()));
        }
        if (function instanceof ActivationHardSigmoid) {
            return model.node("HardSigmoid", node, output, from, attribute("alpha", 0.2f), attribute("beta", 0.5f));
        }
        if (function instanceof ActivationHardTanH) {
            return clip(node, input, output, -1, 1);
        }
        if (function instanceof ActivationSwish) {
            String gate = model.node("Sigmoid", node + "/gate", output + "/gate", from);
            return model.node("Mul", node, output, List.of(input, gate));
        }
        if (function instanceof ActivationCube) {
            String square = model.node("Mul", node + "/square", output + "/square", List.of(input, input));
            return model.node("Mul", node, output, List.of(square, input));
        }
        if (function instanceof ActivationSoftmax) {
            return model.node("Softmax", node, output, from, attribute("axis", 1L));
        }
        return model.node(plain(function, layer), node, output, from);
    }

    /** The operator of a function without parameters. */
    private static String plain(IActivation function, String layer) {
        if (function instanceof ActivationSigmoid) {
            return "Sigmoid";
        }
        if (function instanceof ActivationTanH) {
            return "Tanh";
        }
        if (function instanceof ActivationSELU) {
            return "Selu";
        }
        if (function instanceof ActivationSoftPlus) {
            return "Softplus";
        }
        if (function instanceof ActivationSoftSign) {
            return "Softsign";
        }
        throw unsupported(function, layer);
    }

    private String relu(ActivationReLU relu, String layer, String node, String input, String output) {
        boolean straight = isZero(relu.getThreshold()) && isZero(relu.getNegativeSlope());
        if (straight && relu.getMax() == null) {
            return model.node("Relu", node, output, List.of(input));
        }
        if (straight) {
            return clip(node, input, output, 0, relu.getMax().floatValue());
        }
        if (isZero(relu.getThreshold()) && relu.getMax() == null) {
            float slope = relu.getNegativeSlope().floatValue();
            return model.node("LeakyRelu", node, output, List.of(input), attribute("alpha", slope));
        }
        throw unsupported(relu, layer);
    }

    private static boolean isZero(Double number) {
        return number == null || number == 0;
    }

    private String clip(String node, String input, String output, float low, float high) {
        String least = model.weights(node + ".min", new float[] {low});
        String most = model.weights(node + ".max", new float[] {high});
        return model.node("Clip", node, output, List.of(input, least, most));
    }

    private static IllegalArgumentException unsupported(IActivation function, String layer) {
        return new IllegalArgumentException(
                "layer '%s' has the activation function %s, which export to ONNX does not support"
                        .formatted(layer, function));
    }
}
