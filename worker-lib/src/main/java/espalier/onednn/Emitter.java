package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_scratchpad_mode_user;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Strings oneDNN primitives together: what is emitted runs in that order. Used within one scope of native pointers, which frees what only the
 * compilation needs.
 */
final class Emitter {
    private static final memory.data_type FLOAT = memory.data_type.f32;

    private final NativeResources resources;
    private final BufferPool pool;
    private final engine processor;
    private final stream queue;
    private final List<Step> steps = new ArrayList<>();
    private final List<Scratch> scratches = new ArrayList<>();

    Emitter(NativeResources resources) {
        this.resources = resources;
        this.pool = new BufferPool(resources);
        this.processor = resources.keep(new engine(org.bytedeco.dnnl.engine.kind.cpu, 0));
        this.queue = resources.keep(new stream(processor));
    }

    private record Scratch(IntMemoryMap arguments, memory.desc layout) {}

    /** A primitive with its arguments. */
    record Step(primitive work, IntMemoryMap arguments) {}

    engine engine() {
        return processor;
    }

    /** A layout that a primitive may choose. */
    static memory.desc any(long[] dimensions) {
        return new memory.desc(dimensions, FLOAT, memory.format_tag.any);
    }

    /** The layout of contiguous values in the order of the dimensions, of which there are one to five. */
    static memory.desc plain(long... dimensions) {
        long[] strides = new long[dimensions.length];
        long stride = 1;
        for (int i = dimensions.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= dimensions[i];
        }
        return new memory.desc(dimensions, FLOAT, strides);
    }

    /** The layout of a vector of parameters; empty if there is none. */
    static memory.desc plain(@Nullable Parameter vector) {
        return vector == null ? new memory.desc() : plain(vector.dimensions());
    }

    static memory.desc strided(long[] dimensions, long[] strides) {
        return new memory.desc(dimensions, FLOAT, strides);
    }

    /** Attributes that a primitive needs in order to be emitted. */
    static primitive_attr attributes() {
        primitive_attr attributes = new primitive_attr();
        attributes.set_scratchpad_mode(dnnl_scratchpad_mode_user);
        return attributes;
    }

    /** Attributes of a primitive with something done to its result. */
    static primitive_attr attributes(post_ops after) {
        primitive_attr attributes = attributes();
        attributes.set_post_ops(after);
        return attributes;
    }

    /** What adds to the memory of the result, rather than overwrites it, and rectifies. */
    static post_ops after(boolean addsToResult, boolean rectifies) {
        post_ops after = new post_ops();
        if (addsToResult) {
            after.append_sum();
        }
        if (rectifies) {
            after.append_eltwise(1, dnnl_eltwise_relu, 0, 0);
        }
        return after;
    }

    /** Memory for a value with one user. */
    Tensor allocate(memory.desc layout) {
        return in(pool.take(layout.get_size()), layout);
    }

    private Tensor in(BufferPool.Buffer buffer, memory.desc layout) {
        return new Tensor(new memory(layout, processor, buffer.start()), layout, buffer);
    }

    /** Memory that somebody else holds. */
    Tensor wrap(memory.desc layout, Pointer start) {
        return new Tensor(new memory(layout, processor, start), layout, null);
    }

    /** The memory of a tensor under another layout of the same length; belongs to the tensor. */
    Tensor seenAs(memory.desc layout, Tensor tensor) {
        return wrap(layout, tensor.handle().get_data_handle());
    }

    /**
     * Values that do not change.
     *
     * @param dimensions of the values, which are in their order
     * @param layout in which they are wanted
     */
    Tensor constant(long[] dimensions, float[] values, memory.desc layout) {
        Tensor constant = in(pool.reserve(layout.get_size()), layout);
        memory.desc given = plain(dimensions);
        memory source = new memory(given, processor);
        new FloatPointer(source.get_data_handle()).put(values);
        new reorder(source, constant.handle()).execute(queue, source, constant.handle());
        queue._wait();
        return constant;
    }

    /** The start of a tensor's memory. */
    FloatPointer floats(Tensor tensor) {
        return resources.keep(new FloatPointer(tensor.handle().get_data_handle()));
    }

    /** The same values in another layout: a copy, or the tensor itself where it has it; the answer is to be released. */
    Tensor in(memory.desc layout, Tensor tensor) {
        if (tensor.layout().equals(layout)) {
            return tensor.retain();
        }
        Tensor copy = allocate(layout);
        copy(tensor, copy);
        return copy;
    }

    /** Emits a copy from one layout to another. */
    void copy(Tensor from, Tensor to) {
        var description =
                new reorder.primitive_desc(processor, from.layout(), processor, to.layout(), attributes(), false);
        emit(
                description,
                new reorder(description),
                new Arguments().with(DNNL_ARG_FROM, from).with(DNNL_ARG_TO, to));
    }

    /** Emits a sum of two tensors, and perhaps a rectifier; {@code result} may be the left one and decides the layout. */
    void add(Tensor left, Tensor right, Tensor result, boolean rectifies) {
        Tensor first = in(result.layout(), left);
        Tensor second = in(result.layout(), right);
        var description = new binary.primitive_desc(
                new binary.desc(dnnl_binary_add, first.layout(), second.layout(), result.layout()),
                attributes(after(false, rectifies)),
                processor);
        emit(
                description,
                new Arguments()
                        .with(DNNL_ARG_SRC_0, first)
                        .with(DNNL_ARG_SRC_1, second)
                        .with(DNNL_ARG_DST, result));
        first.release();
        second.release();
    }

    /** Emits a primitive. */
    void emit(primitive_desc description, Arguments arguments) {
        emit(description, new primitive(description), arguments);
    }

    private void emit(primitive_desc_base description, primitive work, Arguments arguments) {
        IntMemoryMap map = resources.keep(arguments.map());
        memory.desc scratch = description.scratchpad_desc();
        if (scratch.get_size() > 0) {
            scratches.add(new Scratch(map, scratch));
        }
        steps.add(new Step(resources.keep(work), map));
    }

    /** Number of primitives so far. */
    int position() {
        return steps.size();
    }

    /** Ends the compilation: all primitives get one common scratchpad. */
    Execution finish() {
        long size = scratches.stream()
                .mapToLong(scratch -> scratch.layout().get_size())
                .max()
                .orElse(0);
        if (size > 0) {
            BufferPool.Buffer scratchpad = pool.reserve(size);
            scratches.forEach(scratch -> scratch.arguments()
                    .put(DNNL_ARG_SCRATCHPAD, new memory(scratch.layout(), processor, scratchpad.start())));
        }
        return new Execution(queue, steps);
    }
}
