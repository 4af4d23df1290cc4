package espalier.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every operator that is understood where it reads a tensor that depends on the image. */
final class Operators {

    /** How an operator becomes steps: its outputs, in its order. */
    @FunctionalInterface
    interface Operator {
        List<Value> read(OnnxNode node);
    }

    /** By ONNX's name. */
    static final Map<String, Operator> ALL = all();

    private Operators() {}

    private static Map<String, Operator> all() {
        Map<String, Operator> operators = new HashMap<>();
        operators.putAll(LayerOperators.ALL);
        operators.putAll(PoolingOperators.ALL);
        operators.putAll(ActivationOperators.ALL);
        operators.putAll(ArithmeticOperators.ALL);
        operators.putAll(ChannelOperators.ALL);
        operators.putAll(ShapeOperators.ALL);
        return Map.copyOf(operators);
    }
}
