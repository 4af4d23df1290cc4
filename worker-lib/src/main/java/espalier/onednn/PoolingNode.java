package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_exclude_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_include_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_max;

import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.jspecify.annotations.Nullable;

/** Pooling in training. */
final class PoolingNode implements TrainingNode {
    private final Operation.Pooling operation;
    private final CompilationContext context;
    private final Emitter emitter;
    private final pooling_forward.primitive_desc forward;

    /** Where each largest value was found. */
    private final @Nullable Tensor places;

    PoolingNode(Operation.Pooling operation, CompilationContext context) {
        this.operation = operation;
        this.context = context;
        this.emitter = context.emitter();
        Window window = operation.window();
        forward = new pooling_forward.primitive_desc(
                new pooling_forward.desc(
                        dnnl_forward_training,
                        algorithm(operation),
                        context.value(operation.input()).layout(),
                        Emitter.any(context.dimensions(operation.output())),
                        window.strides(),
                        window.kernel(),
                        window.before(),
                        window.after()),
                Emitter.attributes(),
                emitter.engine());
        places = operation.kind() == Operation.Pooling.Kind.MAX ? emitter.allocate(forward.workspace_desc()) : null;
    }

    private static int algorithm(Operation.Pooling operation) {
        return switch (operation.kind()) {
            case MAX -> dnnl_pooling_max;
            case MEAN -> dnnl_pooling_avg_exclude_padding;
            case MEAN_WITH_PADDING -> dnnl_pooling_avg_include_padding;
        };
    }

    @Override
    public void forward() {
        Tensor y = emitter.allocate(forward.dst_desc());
        Arguments arguments = new Arguments()
                .with(DNNL_ARG_SRC, context.value(operation.input()))
                .with(DNNL_ARG_DST, y);
        if (places != null) {
            arguments.with(DNNL_ARG_WORKSPACE, places);
        }
        emitter.emit(forward, arguments);
        context.define(operation.output(), y);
    }

    @Override
    public void backward() {
        Tensor dy = context.takeGradient(operation.output());
        if (context.needsGradient(operation.input())) {
            context.addGradient(operation.input(), differentiate(dy));
        }
        dy.release();
    }

    private Tensor differentiate(Tensor dy) {
        Window window = operation.window();
        Tensor dx = emitter.allocate(context.value(operation.input()).layout());
        var description = new pooling_backward.primitive_desc(
                new pooling_backward.desc(
                        algorithm(operation),
                        dx.layout(),
                        dy.layout(),
                        window.strides(),
                        window.kernel(),
                        window.before(),
                        window.after()),
                Emitter.attributes(),
                emitter.engine(),
                forward);
        Arguments arguments = new Arguments().with(DNNL_ARG_DIFF_DST, dy).with(DNNL_ARG_DIFF_SRC, dx);
        if (places != null) {
            arguments.with(DNNL_ARG_WORKSPACE, places);
        }
        emitter.emit(description, arguments);
        return dx;
    }
}
