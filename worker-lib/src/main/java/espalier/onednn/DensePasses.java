package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;

/** A dense layer's passes: others find the result as {@code [N, outputs, 1, 1]}, oneDNN takes it as {@code [N, outputs]}. */
final class DensePasses implements LinearPasses {
    private final Emitter emitter;
    private final memory.desc source;
    private final memory.desc weights;
    private final memory.desc bias;
    private final memory.desc result;
    private final memory.desc matrix;
    private final inner_product_forward.primitive_desc forward;

    DensePasses(Operation.Dense operation, CompilationContext context) {
        emitter = context.emitter();
        source = Emitter.any(context.dimensions(operation.input()));
        weights = Emitter.any(operation.weights().dimensions());
        bias = Emitter.plain(operation.bias());
        result = Emitter.plain(context.dimensions(operation.output()));
        matrix = Emitter.plain(context.batch(), operation.output().shape().channels());
        forward = new inner_product_forward.primitive_desc(
                new inner_product_forward.desc(dnnl_forward_training, source, weights, bias, matrix),
                Emitter.attributes(),
                emitter.engine());
    }

    @Override
    public primitive_desc forward() {
        return forward;
    }

    @Override
    public primitive_desc backwardWeights() {
        return new inner_product_backward_weights.primitive_desc(
                new inner_product_backward_weights.desc(source, weights, bias, matrix),
                Emitter.attributes(),
                emitter.engine(),
                forward);
    }

    @Override
    public primitive_desc backwardData() {
        return new inner_product_backward_data.primitive_desc(
                new inner_product_backward_data.desc(source, weights, matrix),
                Emitter.attributes(),
                emitter.engine(),
                forward);
    }

    @Override
    public memory.desc result() {
        return result;
    }

    @Override
    public Tensor seen(Tensor result) {
        return emitter.seenAs(matrix, result);
    }
}
