package espalier.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import espalier.onednn.Operation.Placement.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.memory;

/**
 * Channels put side by side, as a sum of 1x1 convolutions with weights of zeros and ones: so it needs no other layout than the convolutions around it,
 * whose blocks of channels seldom end where a part does.
 */
final class PlacementNode implements TrainingNode {
    private final Operation.Placement operation;
    private final CompilationContext context;
    private final Emitter emitter;
    private final List<convolution_forward.primitive_desc> forwards;

    PlacementNode(Operation.Placement operation, CompilationContext context) {
        this.operation = operation;
        this.context = context;
        this.emitter = context.emitter();
        this.forwards = forwards(emitter, operation, context.batch());
    }

    /** One description for each part; all but the first add to the output, whose layout the first chooses. */
    static List<convolution_forward.primitive_desc> forwards(
            Emitter emitter, Operation.Placement operation, int batch) {
        Window window = Window.pointwise();
        List<convolution_forward.primitive_desc> forwards = new ArrayList<>();
        for (Part part : operation.parts()) {
            boolean isFirst = forwards.isEmpty();
            memory.desc result = isFirst
                    ? Emitter.any(operation.output().dimensions(batch))
                    : forwards.get(0).dst_desc();
            forwards.add(new convolution_forward.primitive_desc(
                    new convolution_forward.desc(
                            dnnl_forward_training,
                            dnnl_convolution_direct,
                            Emitter.any(part.input().dimensions(batch)),
                            Emitter.any(weightDimensions(operation, part)),
                            result,
                            window.strides(),
                            window.before(),
                            window.after()),
                    Emitter.attributes(Emitter.after(!isFirst, false)),
                    emitter.engine()));
        }
        return forwards;
    }

    private static long[] weightDimensions(Operation.Placement operation, Part part) {
        return new long[] {
            operation.output().shape().channels(), part.input().shape().channels(), 1, 1
        };
    }

    /** Ones where a channel of the part meets its place. */
    static Tensor weights(Emitter emitter, Operation.Placement operation, Part part, memory.desc layout) {
        long[] dimensions = weightDimensions(operation, part);
        int inputs = Math.toIntExact(dimensions[1]);
        float[] ones = new float[Math.toIntExact(dimensions[0]) * inputs];
        for (int channel = 0; channel < part.count(); channel++) {
            ones[(part.to() + channel) * inputs + part.from() + channel] = 1;
        }
        return emitter.constant(dimensions, ones, layout);
    }

    @Override
    public void forward() {
        Tensor y = null;
        for (int i = 0; i < forwards.size(); i++) {
            Part part = operation.parts().get(i);
            var forward = forwards.get(i);
            y = y == null ? emitter.allocate(forward.dst_desc()) : y;
            Tensor x = emitter.in(forward.src_desc(), context.value(part.input()));
            emit(emitter, forward, x, weights(emitter, operation, part, forward.weights_desc()), y);
            x.release();
        }
        context.define(operation.output(), Objects.requireNonNull(y));
    }

    static void emit(Emitter emitter, convolution_forward.primitive_desc forward, Tensor x, Tensor weights, Tensor y) {
        emitter.emit(
                forward,
                new Arguments()
                        .with(DNNL_ARG_SRC, x)
                        .with(DNNL_ARG_WEIGHTS, weights)
                        .with(DNNL_ARG_DST, y));
    }

    @Override
    public void backward() {
        Tensor dy = context.takeGradient(operation.output());
        for (Part part : operation.parts()) {
            if (context.needsGradient(part.input())) {
                context.addGradient(part.input(), differentiate(part, dy));
            }
        }
        dy.release();
    }

    private Tensor differentiate(Part part, Tensor outputGradient) {
        memory.desc source = context.value(part.input()).layout();
        var description = backward(part);
        Tensor dy = emitter.in(description.diff_dst_desc(), outputGradient);
        Tensor dx = emitter.allocate(description.diff_src_desc());
        Tensor weights = weights(emitter, operation, part, description.weights_desc());
        emitter.emit(
                description,
                new Arguments()
                        .with(DNNL_ARG_DIFF_DST, dy)
                        .with(DNNL_ARG_WEIGHTS, weights)
                        .with(DNNL_ARG_DIFF_SRC, dx));
        dy.release();
        Tensor gradient = emitter.in(source, dx);
        dx.release();
        return gradient;
    }

    private convolution_backward_data.primitive_desc backward(Part part) {
        Window window = Window.pointwise();
        return new convolution_backward_data.primitive_desc(
                new convolution_backward_data.desc(
                        dnnl_convolution_direct,
                        Emitter.any(context.dimensions(part.input())),
                        Emitter.any(weightDimensions(operation, part)),
                        Emitter.any(context.dimensions(operation.output())),
                        window.strides(),
                        window.before(),
                        window.after()),
                Emitter.attributes(),
                emitter.engine(),
                forwards.get(0));
    }
}
