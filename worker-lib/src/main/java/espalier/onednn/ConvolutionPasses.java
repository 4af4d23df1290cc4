package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;

/** A convolution's passes; oneDNN chooses all layouts but that of the bias. */
final class ConvolutionPasses implements LinearPasses {
    private final Emitter emitter;
    private final Window window;
    private final memory.desc source;
    private final memory.desc weights;
    private final memory.desc bias;
    private final memory.desc result;
    private final convolution_forward.primitive_desc forward;

    ConvolutionPasses(Operation.Convolution operation, CompilationContext context) {
        emitter = context.emitter();
        window = operation.window();
        source = Emitter.any(context.dimensions(operation.input()));
        weights = Emitter.any(operation.weights().dimensions());
        bias = Emitter.plain(operation.bias());
        result = Emitter.any(context.dimensions(operation.output()));
        forward = new convolution_forward.primitive_desc(
                new convolution_forward.desc(
                        dnnl_forward_training,
                        dnnl_convolution_direct,
                        source,
                        weights,
                        bias,
                        result,
                        window.strides(),
                        window.gaps(),
                        window.before(),
                        window.after()),
                Emitter.attributes(),
                emitter.engine());
    }

    @Override
    public primitive_desc forward() {
        return forward;
    }

    @Override
    public primitive_desc backwardWeights() {
        return new convolution_backward_weights.primitive_desc(
                new convolution_backward_weights.desc(
                        dnnl_convolution_direct,
                        source,
                        weights,
                        bias,
                        result,
                        window.strides(),
                        window.gaps(),
                        window.before(),
                        window.after()),
                Emitter.attributes(),
                emitter.engine(),
                forward);
    }

    @Override
    public primitive_desc backwardData() {
        return new convolution_backward_data.primitive_desc(
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
    }

    @Override
    public memory.desc result() {
        return forward.dst_desc();
    }

    @Override
    public Tensor seen(Tensor result) {
        return result;
    }
}
