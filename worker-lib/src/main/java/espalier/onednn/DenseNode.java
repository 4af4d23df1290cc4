package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;

/** A dense layer in training. */
final class DenseNode implements TrainingNode {
    private final Operation.Dense operation;
    private final CompilationContext context;
    private final Emitter emitter;
    private final memory.desc source;
    private final memory.desc weights;
    private final memory.desc biasLayout;

    /** {@code [N, outputs]}. */
    private final memory.desc result;

    private final inner_product_forward.primitive_desc forward;

    DenseNode(Operation.Dense operation, CompilationContext context) {
        this.operation = operation;
        this.context = context;
        this.emitter = context.emitter();
        Parameter bias = operation.bias();
        source = Emitter.any(context.dimensions(operation.input()));
        weights = Emitter.any(operation.weights().dimensions());
        biasLayout = bias == null ? new memory.desc() : Emitter.plain(bias.dimensions());
        result = Emitter.plain(context.batch(), operation.output().shape().channels());
        forward = new inner_product_forward.primitive_desc(
                new inner_product_forward.desc(dnnl_forward_training, source, weights, biasLayout, result),
                Emitter.attributes(),
                emitter.engine());
    }

    @Override
    public void forward() {
        Tensor x = emitter.in(forward.src_desc(), context.value(operation.input()));
        Tensor w = emitter.in(forward.weights_desc(), context.parameter(operation.weights()));
        Tensor y = emitter.allocate(Emitter.plain(context.dimensions(operation.output())));
        Arguments arguments = new Arguments()
                .with(DNNL_ARG_SRC, x)
                .with(DNNL_ARG_WEIGHTS, w)
                .with(DNNL_ARG_DST, emitter.seenAs(result, y));
        Parameter bias = operation.bias();
        if (bias != null) {
            arguments.with(DNNL_ARG_BIAS, context.parameter(bias));
        }
        emitter.emit(forward, new inner_product_forward(forward), arguments);
        x.release();
        w.release();
        context.define(operation.output(), y);
    }

    @Override
    public void backward() {
        Tensor gradient = context.takeGradient(operation.output());
        Tensor dy = emitter.seenAs(result, gradient);
        backwardWeights(dy);
        if (context.needsGradient(operation.input())) {
            backwardData(dy);
        }
        gradient.release();
    }

    private void backwardWeights(Tensor dy) {
        var description = new inner_product_backward_weights.primitive_desc(
                new inner_product_backward_weights.desc(source, weights, biasLayout, result),
                Emitter.attributes(),
                emitter.engine(),
                forward);
        Tensor x = emitter.in(description.src_desc(), context.value(operation.input()));
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
        emitter.emit(description, new inner_product_backward_weights(description), arguments);
        if (!direct) {
            emitter.copy(dw, place);
        }
        x.release();
        dw.release();
    }

    private void backwardData(Tensor dy) {
        var description = new inner_product_backward_data.primitive_desc(
                new inner_product_backward_data.desc(source, weights, result),
                Emitter.attributes(),
                emitter.engine(),
                forward);
        Tensor w = emitter.in(description.weights_desc(), context.parameter(operation.weights()));
        Tensor dx = emitter.allocate(description.diff_src_desc());
        emitter.emit(
                description,
                new inner_product_backward_data(description),
                new Arguments()
                        .with(DNNL_ARG_DIFF_DST, dy)
                        .with(DNNL_ARG_WEIGHTS, w)
                        .with(DNNL_ARG_DIFF_SRC, dx));
        w.release();
        context.addGradient(
                operation.input(), emitter.in(context.value(operation.input()).layout(), dx));
        dx.release();
    }
}
