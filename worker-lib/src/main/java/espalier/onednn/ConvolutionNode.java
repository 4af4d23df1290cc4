package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.memory;

/** A convolution in training. Weights stay in the network's own vector; their copies in the layouts of the three passes are made anew in each step. */
final class ConvolutionNode implements TrainingNode {
    private final Operation.Convolution operation;
    private final CompilationContext context;
    private final Emitter emitter;
    private final memory.desc source;
    private final memory.desc weights;
    private final memory.desc biasLayout;
    private final memory.desc result;
    private final convolution_forward.primitive_desc forward;

    ConvolutionNode(Operation.Convolution operation, CompilationContext context) {
        this.operation = operation;
        this.context = context;
        this.emitter = context.emitter();
        Parameter bias = operation.bias();
        source = Emitter.any(context.dimensions(operation.input()));
        weights = Emitter.any(operation.weights().dimensions());
        biasLayout = bias == null ? new memory.desc() : Emitter.plain(bias.dimensions());
        result = Emitter.any(context.dimensions(operation.output()));
        Window window = operation.window();
        forward = new convolution_forward.primitive_desc(
                new convolution_forward.desc(
                        dnnl_forward_training,
                        dnnl_convolution_direct,
                        source,
                        weights,
                        biasLayout,
                        result,
                        window.strides(),
                        window.gaps(),
                        window.before(),
                        window.after()),
                Emitter.attributes(),
                emitter.engine());
    }

    @Override
    public void forward() {
        Tensor x = emitter.in(forward.src_desc(), context.value(operation.input()));
        Tensor w = emitter.in(forward.weights_desc(), context.parameter(operation.weights()));
        Tensor y = emitter.allocate(forward.dst_desc());
        Arguments arguments =
                new Arguments().with(DNNL_ARG_SRC, x).with(DNNL_ARG_WEIGHTS, w).with(DNNL_ARG_DST, y);
        Parameter bias = operation.bias();
        if (bias != null) {
            arguments.with(DNNL_ARG_BIAS, context.parameter(bias));
        }
        emitter.emit(forward, new convolution_forward(forward), arguments);
        x.release();
        w.release();
        context.define(operation.output(), y);
    }

    @Override
    public void backward() {
        Tensor dy = context.takeGradient(operation.output());
        backwardWeights(dy);
        if (context.needsGradient(operation.input())) {
            backwardData(dy);
        }
        dy.release();
    }

    private void backwardWeights(Tensor outputGradient) {
        Window window = operation.window();
        var description = new convolution_backward_weights.primitive_desc(
                new convolution_backward_weights.desc(
                        dnnl_convolution_direct,
                        source,
                        weights,
                        biasLayout,
                        result,
                        window.strides(),
                        window.gaps(),
                        window.before(),
                        window.after()),
                Emitter.attributes(),
                emitter.engine(),
                forward);
        Tensor x = emitter.in(description.src_desc(), context.value(operation.input()));
        Tensor dy = emitter.in(description.diff_dst_desc(), outputGradient);
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
        emitter.emit(description, new convolution_backward_weights(description), arguments);
        if (!direct) {
            emitter.copy(dw, place);
        }
        x.release();
        dy.release();
        dw.release();
    }

    private void backwardData(Tensor outputGradient) {
        Window window = operation.window();
        var description = new convolution_backward_data.primitive_desc(
                new convolution_backward_data.desc(
                        dnnl_convolution_direct,
                        source,
                        weights,
                        result,
                        window.strides(),
                        window.gaps(),
                        window.before(),
                        window.after()),
                Emitter.attributes(),
                emitter.engine(),
                forward);
        Tensor dy = emitter.in(description.diff_dst_desc(), outputGradient);
        Tensor w = emitter.in(description.weights_desc(), context.parameter(operation.weights()));
        Tensor dx = emitter.allocate(description.diff_src_desc());
        emitter.emit(
                description,
                new convolution_backward_data(description),
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
