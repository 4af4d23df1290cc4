package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fuse_norm_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scaleshift;

import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.jspecify.annotations.Nullable;

/** Batch normalization by the statistics of the batch, with the rectifier behind it if there is one. */
final class BatchNormNode implements TrainingNode {
    private final Operation.BatchNorm operation;
    private final CompilationContext context;
    private final Emitter emitter;
    private final int flags;
    private final batch_normalization_forward.primitive_desc forward;
    private final Tensor mean;
    private final Tensor variance;

    /** Which values the rectifier let pass. */
    private final @Nullable Tensor passed;

    BatchNormNode(Operation.BatchNorm operation, CompilationContext context) {
        this.operation = operation;
        this.context = context;
        this.emitter = context.emitter();
        flags = dnnl_use_scaleshift | (operation.relu() ? dnnl_fuse_norm_relu : 0);
        forward = new batch_normalization_forward.primitive_desc(
                new batch_normalization_forward.desc(
                        dnnl_forward_training,
                        context.value(operation.input()).layout(),
                        (float) operation.epsilon(),
                        flags),
                Emitter.attributes(),
                emitter.engine());
        mean = emitter.allocate(forward.mean_desc());
        variance = emitter.allocate(forward.variance_desc());
        passed = operation.relu() ? emitter.allocate(forward.workspace_desc()) : null;
    }

    /** What a run leaves behind, for those who read it. */
    BatchStatistics statistics() {
        return new BatchStatistics(operation, emitter.floats(mean), emitter.floats(variance));
    }

    @Override
    public void forward() {
        Tensor y = emitter.allocate(forward.dst_desc());
        Arguments arguments = new Arguments()
                .with(DNNL_ARG_SRC, context.value(operation.input()))
                .with(DNNL_ARG_SCALE_SHIFT, context.parameter(operation.scaleShift()))
                .with(DNNL_ARG_MEAN, mean)
                .with(DNNL_ARG_VARIANCE, variance)
                .with(DNNL_ARG_DST, y);
        if (passed != null) {
            arguments.with(DNNL_ARG_WORKSPACE, passed);
        }
        emitter.emit(forward, arguments);
        context.define(operation.output(), y);
    }

    @Override
    public void backward() {
        Tensor x = context.value(operation.input());
        var description = new batch_normalization_backward.primitive_desc(
                new batch_normalization_backward.desc(
                        dnnl_backward, x.layout(), x.layout(), (float) operation.epsilon(), flags),
                Emitter.attributes(),
                emitter.engine(),
                forward);
        Tensor gradient = context.takeGradient(operation.output());
        Tensor dy = emitter.in(x.layout(), gradient);
        gradient.release();
        Tensor dx = dy.isOwn() ? dy.retain() : emitter.allocate(x.layout());
        Arguments arguments = new Arguments()
                .with(DNNL_ARG_SRC, x)
                .with(DNNL_ARG_SCALE_SHIFT, context.parameter(operation.scaleShift()))
                .with(DNNL_ARG_MEAN, mean)
                .with(DNNL_ARG_VARIANCE, variance)
                .with(DNNL_ARG_DIFF_DST, dy)
                .with(DNNL_ARG_DIFF_SRC, dx)
                .with(DNNL_ARG_DIFF_SCALE_SHIFT, context.parameterGradient(operation.scaleShift()));
        if (passed != null) {
            arguments.with(DNNL_ARG_WORKSPACE, passed);
        }
        emitter.emit(description, arguments);
        dy.release();
        if (context.needsGradient(operation.input())) {
            context.addGradient(operation.input(), dx);
        } else {
            dx.release();
        }
    }
}
