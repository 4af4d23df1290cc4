package espalier.onednn;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** What the nodes of a network share while it is compiled: values, their gradients, and parameters. */
final class CompilationContext {
    private final Emitter emitter;
    private final int batch;
    private final Value images;
    private final FlatVector parameters;
    private final @Nullable FlatVector parameterGradients;
    private final Map<Value, Tensor> values = new HashMap<>();
    private final Map<Value, Tensor> gradients = new HashMap<>();

    /**
     * Starts a compilation.
     *
     * @param parameters the network's, as one vector
     * @param parameterGradients as long; null if there is no backward pass
     */
    CompilationContext(
            Emitter emitter, int batch, Value images, FlatVector parameters, @Nullable FlatVector parameterGradients) {
        this.emitter = emitter;
        this.batch = batch;
        this.images = images;
        this.parameters = parameters;
        this.parameterGradients = parameterGradients;
        define(images, emitter.allocate(Emitter.plain(images.dimensions(batch))));
    }

    /** Where the images go. */
    FloatPointer images() {
        return emitter.floats(value(images));
    }

    Emitter emitter() {
        return emitter;
    }

    /** Shape of a batch of values, {@code [N, C, H, W]}. */
    long[] dimensions(Value value) {
        return value.dimensions(batch);
    }

    int batch() {
        return batch;
    }

    void define(Value value, Tensor tensor) {
        values.put(value, tensor);
    }

    /** The tensor of a value that is already computed. */
    Tensor value(Value value) {
        return Objects.requireNonNull(values.get(value), value.name());
    }

    /** Gives the memory of values back that only {@code reader} and operations before it read. */
    void forget(Operation reader, Map<Value, Integer> readersLeft) {
        for (Value input : reader.inputs()) {
            if (readersLeft.merge(input, -1, Integer::sum) == 0 && !input.equals(images)) {
                value(input).release();
            }
        }
    }

    Tensor parameter(Parameter parameter) {
        return emitter.wrap(layout(parameter), parameters.at(parameter.offset()));
    }

    /** A parameter's values in the order of its dimensions. */
    float[] read(Parameter parameter) {
        float[] values = new float[parameter.length()];
        parameter.gather(parameters.at(0), values);
        return values;
    }

    Tensor parameterGradient(Parameter parameter) {
        return emitter.wrap(
                layout(parameter), Objects.requireNonNull(parameterGradients).at(parameter.offset()));
    }

    private static memory.desc layout(Parameter parameter) {
        return Emitter.strided(parameter.dimensions(), parameter.strides());
    }

    /** Whether anything that is trained lies in front of a value. */
    boolean needsGradient(Value value) {
        return !value.equals(images);
    }

    /** Takes over a tensor as the gradient of a value, in the value's layout, or adds it to what is there. */
    void addGradient(Value value, Tensor gradient) {
        Tensor present = gradients.get(value);
        if (present == null) {
            gradients.put(value, gradient);
            return;
        }
        Tensor left = present.isOwn() ? present : gradient;
        Tensor right = present.isOwn() ? gradient : present;
        Tensor sum =
                left.isOwn() ? left.retain() : emitter.allocate(value(value).layout());
        emitter.add(left, right, sum, false);
        present.release();
        gradient.release();
        gradients.put(value, sum);
    }

    /** Hands over the gradient of a value, all of whose readers have added theirs; it is to be released. */
    Tensor takeGradient(Value value) {
        return Objects.requireNonNull(gradients.remove(value), value.name());
    }
}
