package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;

import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.memory;

/** A convolution in inference. The batch normalization behind it is folded into its weights at compile time. */
final class FusedConvolutionNode implements Node {
    private final Operation.FusedConvolution operation;
    private final CompilationContext context;
    private final Emitter emitter;

    FusedConvolutionNode(Operation.FusedConvolution operation, CompilationContext context) {
        this.operation = operation;
        this.context = context;
        this.emitter = context.emitter();
    }

    @Override
    public void forward() {
        Operation.Convolution convolution = operation.convolution();
        Value addend = operation.addend();
        FoldedWeights folded = FoldedWeights.of(operation, context);
        var description = describe(
                folded.bias().length,
                addend == null
                        ? Emitter.any(context.dimensions(operation.output()))
                        : context.value(addend).layout());
        Tensor x = emitter.in(description.src_desc(), context.value(convolution.input()));
        Tensor y = addend == null
                ? emitter.allocate(description.dst_desc())
                : context.value(addend).retain();
        emitter.emit(
                description,
                new Arguments()
                        .with(DNNL_ARG_SRC, x)
                        .with(
                                DNNL_ARG_WEIGHTS,
                                emitter.constant(
                                        convolution.weights().dimensions(),
                                        folded.weights(),
                                        description.weights_desc()))
                        .with(
                                DNNL_ARG_BIAS,
                                emitter.constant(
                                        new long[] {folded.bias().length}, folded.bias(), description.bias_desc()))
                        .with(DNNL_ARG_DST, y));
        x.release();
        context.define(operation.output(), y);
    }

    private convolution_forward.primitive_desc describe(int outputs, memory.desc result) {
        Operation.Convolution convolution = operation.convolution();
        Window window = convolution.window();
        return new convolution_forward.primitive_desc(
                new convolution_forward.desc(
                        dnnl_forward_inference,
                        dnnl_convolution_direct,
                        Emitter.any(context.dimensions(convolution.input())),
                        Emitter.any(convolution.weights().dimensions()),
                        Emitter.plain(outputs),
                        result,
                        window.strides(),
                        window.gaps(),
                        window.before(),
                        window.after()),
                Emitter.attributes(Emitter.after(operation.addend() != null, operation.relu())),
                emitter.engine());
    }
}
