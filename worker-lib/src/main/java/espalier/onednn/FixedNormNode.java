package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fuse_norm_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scaleshift;

import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.memory;

/** Batch normalization by the running statistics, where no convolution can take it in. */
final class FixedNormNode implements Node {
    private final Operation.BatchNorm operation;
    private final CompilationContext context;

    FixedNormNode(Operation.BatchNorm operation, CompilationContext context) {
        this.operation = operation;
        this.context = context;
    }

    @Override
    public void forward() {
        Emitter emitter = context.emitter();
        Tensor x = context.value(operation.input());
        var description = new batch_normalization_forward.primitive_desc(
                new batch_normalization_forward.desc(
                        dnnl_forward_inference,
                        x.layout(),
                        (float) operation.epsilon(),
                        dnnl_use_scaleshift | dnnl_use_global_stats | (operation.relu() ? dnnl_fuse_norm_relu : 0)),
                Emitter.attributes(),
                emitter.engine());
        Tensor y = emitter.allocate(description.dst_desc());
        emitter.emit(
                description,
                new Arguments()
                        .with(DNNL_ARG_SRC, x)
                        .with(DNNL_ARG_SCALE_SHIFT, context.parameter(operation.scaleShift()))
                        .with(DNNL_ARG_MEAN, context.parameter(operation.mean()))
                        .with(DNNL_ARG_VARIANCE, variance(description.variance_desc()))
                        .with(DNNL_ARG_DST, y));
        context.define(operation.output(), y);
    }

    private Tensor variance(memory.desc layout) {
        float[] values = context.read(operation.variance());
        for (int channel = 0; channel < values.length; channel++) {
            values[channel] = (float) operation.runningVariance(values[channel]);
        }
        return context.emitter().constant(operation.variance().dimensions(), values, layout);
    }
}
