package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

/**
 * A linear operation in training. Weights stay in the network's own vector; their copies in the layouts of the three passes are made anew in each
 * step.
 */
final class LinearNode implements TrainingNode {
    private final Operation.Linear operation;
    private final LinearPasses passes;
    private final CompilationContext context;
    private final Emitter emitter;

    LinearNode(Operation.Linear operation, LinearPasses passes, CompilationContext context) {
        this.operation = operation;
        this.passes = passes;
        this.context = context;
        this.emitter = context.emitter();
    }

    @Override
    public void forward() {
        var description = passes.forward();
        Tensor x = emitter.in(description.src_desc(), context.value(operation.input()));
        Tensor w = emitter.in(description.weights_desc(), context.parameter(operation.weights()));
        Tensor y = emitter.allocate(passes.result());
        Arguments arguments =
                new Arguments().with(DNNL_ARG_SRC, x).with(DNNL_ARG_WEIGHTS, w).with(DNNL_ARG_DST, passes.seen(y));
        Parameter bias = operation.bias();
        if (bias != null) {
            arguments.with(DNNL_ARG_BIAS, context.parameter(bias));
        }
        emitter.emit(description, arguments);
        x.release();
        w.release();
        context.define(operation.output(), y);
    }

    @Override
    public void backward() {
        Tensor gradient = context.takeGradient(operation.output());
        Tensor dy = passes.seen(gradient);
        backwardWeights(dy);
        if (context.needsGradient(operation.input())) {
            backwardData(dy);
        }
        gradient.release();
    }

    private void backwardWeights(Tensor resultGradient) {
        var description = passes.backwardWeights();
        Tensor x = emitter.in(description.src_desc(), context.value(operation.input()));
        Tensor dy = emitter.in(description.diff_dst_desc(), resultGradient);
        Tensor place = context.parameterGradient(operation.weights());
        boolean direct = place.layout().equals(description.diff_weights_desc());
        Tensor dw = direct ? place : emitter.allocate(description.diff_weights_desc());
        Arguments arguments = new Arguments()
                .with(DNNL_ARG_SRC, x)
                .with(DNNL_ARG_DIFF_DST, dy)
                .with(DNNL_ARG_DIFF_WEIGHTS, dw);
        Parameter bias = operation.bias();
        if (bias != null) {
            arguments.with(DNNL_ARG_DIFF_BIAS, context.parameterGradient(bias));
        }
        emitter.emit(description, arguments);
        if (!direct) {
            emitter.copy(dw, place);
        }
        x.release();
        dy.release();
        dw.release();
    }

    private void backwardData(Tensor resultGradient) {
        var description = passes.backwardData();
        Tensor dy = emitter.in(description.diff_dst_desc(), resultGradient);
        Tensor w = emitter.in(description.weights_desc(), context.parameter(operation.weights()));
        Tensor dx = emitter.allocate(description.diff_src_desc());
        emitter.emit(
                description,
                new Arguments()
                        .with(DNNL_ARG_DIFF_DST, dy)
                        .with(DNNL_ARG_WEIGHTS, w)
                        .with(DNNL_ARG_DIFF_SRC, dx));
        dy.release();
        w.release();
        context.addGradient(
                operation.input(), emitter.in(context.value(operation.input()).layout(), dx));
        dx.release();
    }
}
