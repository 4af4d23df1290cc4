package espalier.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.NodeProto;
import org.jspecify.annotations.Nullable;

/**
 * An operator of an ONNX file with what it reads. Every attribute has to be asked for: one that nobody knows is refused by
 * {@link #finish}, for it might change the meaning.
 */
final class OnnxNode {
    private static final String WEIGHT_SUFFIX = ".weight";
    private static final int MAX_WINDOW = 10_000;

    private final NodeProto node;
    private final int opset;
    private final long batch;
    private final List<@Nullable Value> inputs;
    private final Map<String, AttributeProto> attributes = new HashMap<>();
    private final Set<String> unknown = new TreeSet<>();

    /**
     * An operator.
     *
     * @param opset version of the operators' definitions
     * @param batch the batch size that the file fixes, or -1
     * @param inputs in the operator's order; null for one that is left out
     */
    OnnxNode(NodeProto node, int opset, long batch, List<@Nullable Value> inputs) {
        this.node = node;
        this.opset = opset;
        this.batch = batch;
        this.inputs = inputs;
        for (AttributeProto attribute : node.getAttributeList()) {
            attributes.put(attribute.getName(), attribute);
            unknown.add(attribute.getName());
        }
    }

    String type() {
        return node.getOpType();
    }

    int opset() {
        return opset;
    }

    /** The batch size that the file fixes, or -1. */
    long batch() {
        return batch;
    }

    int outputs() {
        return node.getOutputCount();
    }

    /** What the layer is to be called: as its weights are, where these have a name that a person gave. */
    String label() {
        if (node.getInputCount() > 1 && node.getInput(1).endsWith(WEIGHT_SUFFIX)) {
            String weights = node.getInput(1);
            return weights.substring(0, weights.length() - WEIGHT_SUFFIX.length());
        }
        return name();
    }

    private String name() {
        return node.getName().isEmpty() ? node.getOutput(0) : node.getName();
    }

    // ---- Inputs.

    int inputs() {
        return inputs.size();
    }

    boolean has(int input) {
        return input < inputs.size() && inputs.get(input) != null;
    }

    boolean isConstant(int input) {
        return has(input) && inputs.get(input) instanceof Constant;
    }

    /** Whether all that it reads is known without an image. */
    boolean isConstant() {
        return inputs.stream().allMatch(input -> input == null || input instanceof Constant);
    }

    /** An input that depends on the image. */
    Step step(int input) {
        if (has(input) && inputs.get(input) instanceof Step step) {
            return step;
        }
        throw refusal("reads %s where a tensor that depends on the image is needed".formatted(described(input)));
    }

    /** An input of shape [N, C, H, W]. */
    Step image(int input) {
        Step step = step(input);
        if (!step.isImage()) {
            throw refusal("reads '%s', which is %s for one example; only images of [C, H, W] are supported"
                    .formatted(step.label(), Arrays.toString(step.dims())));
        }
        return step;
    }

    /** An input of shape [N, features]. */
    Step vector(int input) {
        Step step = step(input);
        if (step.dims().length != 1) {
            throw refusal("reads '%s', which is %s for one example; only vectors of [features] are supported"
                    .formatted(step.label(), Arrays.toString(step.dims())));
        }
        return step;
    }

    /** An input whose values the file holds. */
    Constant constant(int input) {
        if (has(input) && inputs.get(input) instanceof Constant constant) {
            return constant;
        }
        throw refusal("reads %s where a constant is needed".formatted(described(input)));
    }

    /** A constant of finite values. */
    Constant weights(int input) {
        Constant weights = constant(input);
        float[] values = weights.floats();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw refusal("has weights '%s' with the value %s at position %d; give a model whose weights are finite"
                        .formatted(node.getInput(input), values[i], i));
            }
        }
        return weights;
    }

    /** A constant vector of finite values. */
    float[] weights(int input, int length) {
        Constant weights = weights(input);
        if (weights.size() != length) {
            throw refusal("has weights '%s' of shape %s; %d values are needed"
                    .formatted(node.getInput(input), Arrays.toString(weights.dims()), length));
        }
        return weights.floats();
    }

    private String described(int input) {
        return has(input) ? "'" + node.getInput(input) + "'" : "nothing as input " + (input + 1);
    }

    // ---- Attributes.

    boolean hasAttribute(String name) {
        return attributes.containsKey(name);
    }

    private @Nullable AttributeProto attribute(String name, AttributeType type) {
        unknown.remove(name);
        AttributeProto attribute = attributes.get(name);
        if (attribute != null && attribute.getType() != type) {
            throw refusal("has attribute '%s' of type %s, not %s".formatted(name, attribute.getType(), type));
        }
        return attribute;
    }

    long integer(String name, long otherwise) {
        AttributeProto attribute = attribute(name, AttributeType.INT);
        return attribute == null ? otherwise : attribute.getI();
    }

    float number(String name, float otherwise) {
        AttributeProto attribute = attribute(name, AttributeType.FLOAT);
        return attribute == null ? otherwise : attribute.getF();
    }

    String text(String name, String otherwise) {
        AttributeProto attribute = attribute(name, AttributeType.STRING);
        return attribute == null ? otherwise : attribute.getS().toStringUtf8();
    }

    Constant tensor(String name) {
        AttributeProto attribute = attribute(name, AttributeType.TENSOR);
        if (attribute == null) {
            throw refusal("has no attribute '" + name + "'");
        }
        return TensorDecoder.decode(attribute.getT());
    }

    /** A list of integers, if it is there. */
    long @Nullable [] integers(String name) {
        AttributeProto attribute = attribute(name, AttributeType.INTS);
        return attribute == null
                ? null
                : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
    }

    /** A list of integers that newer operators read as an input and older ones have as an attribute. */
    long @Nullable [] integers(String name, int input) {
        long[] attribute = integers(name);
        return attribute == null && has(input) ? constant(input).integers() : attribute;
    }

    /** A number that newer operators read as an input and older ones have as an attribute. */
    float number(String name, int input, float otherwise) {
        if (!has(input)) {
            return number(name, otherwise);
        }
        Constant constant = constant(input);
        if (constant.size() != 1) {
            throw refusal("reads '%s' of shape %s where one number is needed"
                    .formatted(node.getInput(input), Arrays.toString(constant.dims())));
        }
        return constant.floats()[0];
    }

    /** Sizes of a window. */
    int[] window(String name, int least, int... otherwise) {
        long[] values = integers(name);
        if (values == null) {
            return otherwise;
        }
        boolean fits = values.length == otherwise.length
                && Arrays.stream(values).allMatch(value -> value >= least && value <= MAX_WINDOW);
        if (!fits) {
            throw refusal("has %s %s; %d values of %d to %d are supported"
                    .formatted(name, Arrays.toString(values), otherwise.length, least, MAX_WINDOW));
        }
        return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
    }

    /** Refuses a value of an attribute that is not the only one supported. */
    void require(String name, long only, long otherwise) {
        long value = integer(name, otherwise);
        if (value != only) {
            throw refusal("has %s %d; only %d is supported".formatted(name, value, only));
        }
    }

    /** An axis counted from the front, the batch being axis 0. */
    int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw refusal("has axis %d of a tensor of %d axes".formatted(axis, rank));
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** Refuses attributes that nobody has asked for. */
    void finish() {
        if (!unknown.isEmpty()) {
            throw refusal("has the attribute '%s', which is not supported"
                    .formatted(unknown.iterator().next()));
        }
    }

    /** One line that says which operator is meant, and why it cannot be had. */
    IllegalArgumentException refusal(String problem) {
        return new IllegalArgumentException(
                "operator %s (node '%s', opset %d) %s".formatted(type(), name(), opset, problem));
    }

    /** One line for an operator that is not known at all. */
    static IllegalArgumentException unsupported(NodeProto node, int opset, Set<String> supported) {
        String name = node.getName().isEmpty() && node.getOutputCount() > 0 ? node.getOutput(0) : node.getName();
        String domain = node.getDomain().isEmpty() ? "" : node.getDomain() + ".";
        return new IllegalArgumentException("operator %s%s (node '%s', opset %d) is not supported; supported are %s"
                .formatted(
                        domain,
                        Objects.requireNonNull(node.getOpType()),
                        name,
                        opset,
                        supported.stream().sorted().collect(Collectors.joining(", "))));
    }
}
