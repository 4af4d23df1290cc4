package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip_v2_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.memory;

/** A function of single numbers in training; its derivative is computed from its output. */
final class ActivationNode implements TrainingNode {
    private final Operation.Activation operation;
    private final CompilationContext context;
    private final Emitter emitter;

    ActivationNode(Operation.Activation operation, CompilationContext context) {
        this.operation = operation;
        this.context = context;
        this.emitter = context.emitter();
    }

    /** The function by its oneDNN number. */
    static int algorithm(Operation.Activation.Function function) {
        return switch (function) {
            case RELU -> dnnl_eltwise_relu_use_dst_for_bwd;
            case RELU6 -> dnnl_eltwise_clip_v2_use_dst_for_bwd;
            case SIGMOID -> dnnl_eltwise_logistic_use_dst_for_bwd;
            case TANH -> dnnl_eltwise_tanh_use_dst_for_bwd;
        };
    }

    /** The upper bound, for those functions that have one. */
    static float bound(Operation.Activation.Function function) {
        return function == Operation.Activation.Function.RELU6 ? 6 : 0;
    }

    /** How the function is computed on memory of a layout. */
    static eltwise_forward.primitive_desc description(
            Emitter emitter, Operation.Activation.Function function, memory.desc layout) {
        return new eltwise_forward.primitive_desc(
                new eltwise_forward.desc(dnnl_forward_training, algorithm(function), layout, 0, bound(function)),
                Emitter.attributes(),
                emitter.engine());
    }

    @Override
    public void forward() {
        Tensor x = context.value(operation.input());
        var description = description(emitter, operation.function(), x.layout());
        Tensor y = emitter.allocate(x.layout());
        emitter.emit(description, new Arguments().with(DNNL_ARG_SRC, x).with(DNNL_ARG_DST, y));
        context.define(operation.output(), y);
    }

    @Override
    public void backward() {
        Tensor dx = differentiate(
                emitter,
                operation.function(),
                context.value(operation.output()),
                context.takeGradient(operation.output()));
        if (context.needsGradient(operation.input())) {
            context.addGradient(operation.input(), dx);
        } else {
            dx.release();
        }
    }

    /** Emits the gradient in front of a function, of the one behind it, which is released. */
    static Tensor differentiate(Emitter emitter, Operation.Activation.Function function, Tensor y, Tensor dy) {
        var description = new eltwise_backward.primitive_desc(
                new eltwise_backward.desc(algorithm(function), y.layout(), y.layout(), 0, bound(function)),
                Emitter.attributes(),
                emitter.engine(),
                description(emitter, function, y.layout()));
        Tensor dx = dy.isOwn() ? dy.retain() : emitter.allocate(y.layout());
        emitter.emit(
                description,
                new Arguments()
                        .with(DNNL_ARG_DST, y)
                        .with(DNNL_ARG_DIFF_DST, dy)
                        .with(DNNL_ARG_DIFF_SRC, dx));
        dy.release();
        return dx;
    }
}
