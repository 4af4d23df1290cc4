package espalier.keras;

import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

/** Keras' activation functions, by name and as layers. */
final class Activations {
    private static final Map<String, Activation> NAMED = new TreeMap<>(Map.ofEntries(
            Map.entry("elu", Activation.ELU),
            Map.entry("hard_sigmoid", Activation.HARDSIGMOID),
            Map.entry("linear", Activation.IDENTITY),
            Map.entry("relu", Activation.RELU),
            Map.entry("relu6", Activation.RELU6),
            Map.entry("selu", Activation.SELU),
            Map.entry("sigmoid", Activation.SIGMOID),
            Map.entry("silu", Activation.SWISH),
            Map.entry("softmax", Activation.SOFTMAX),
            Map.entry("softplus", Activation.SOFTPLUS),
            Map.entry("softsign", Activation.SOFTSIGN),
            Map.entry("swish", Activation.SWISH),
            Map.entry("tanh", Activation.TANH)));

    private Activations() {}

    /** The function that a layer of any kind has besides. */
    static IActivation inside(KerasLayer layer) {
        String name = layer.text("activation", "linear");
        Activation function = NAMED.get(name);
        if (function == null) {
            throw layer.refuse("has the activation '" + name + "'; known are " + NAMED.keySet());
        }
        return function.getActivationFunction();
    }

    /** The function that a layer of class ReLU is. */
    static IActivation relu(KerasLayer layer) {
        double largest = layer.number("max_value", Double.POSITIVE_INFINITY);
        double slope = layer.number("negative_slope", 0);
        double threshold = layer.number("threshold", 0);
        if (slope != 0 && (threshold != 0 || largest != Double.POSITIVE_INFINITY)) {
            throw layer.refuse("has a negative_slope together with a threshold or a max_value; give one of them");
        }
        if (slope != 0) {
            return new ActivationLReLU(slope);
        }
        if (threshold != 0) {
            if (largest != Double.POSITIVE_INFINITY) {
                throw layer.refuse("has a threshold together with a max_value; give one of them");
            }
            return new ActivationThresholdedReLU(threshold);
        }
        if (largest == Double.POSITIVE_INFINITY) {
            return new ActivationReLU();
        }
        return largest == 6 ? new ActivationReLU6() : new ActivationReLU(largest, 0.0, 0.0);
    }

    static IActivation leakyRelu(KerasLayer layer) {
        return new ActivationLReLU(layer.number("alpha", layer.number("negative_slope", 0.3)));
    }

    static IActivation elu(KerasLayer layer) {
        return new ActivationELU(layer.number("alpha", 1));
    }

    static IActivation thresholdedRelu(KerasLayer layer) {
        return new ActivationThresholdedReLU(layer.number("theta", 1));
    }
}
