package espalier.onednn;

import espalier.network.TensorShape;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A graph's inference, compiled into oneDNN primitives with batch normalization folded into the convolutions in front of it. Weights are those that the
 * graph had at compile time. Belongs to one thread.
 */
public final class CompiledInference implements AutoCloseable {
    private final NativeResources resources;
    private final FloatPointer images;
    private final FloatPointer logits;
    private final Execution execution;
    private final int batch;
    private final int imageSize;
    private final int classes;

    private CompiledInference(NativeResources resources, ComputationGraph graph, Program program, int batch) {
        this.resources = resources;
        this.batch = batch;
        TensorShape shape = program.input().shape();
        imageSize = shape.channels() * shape.area();
        classes = program.logits().shape().channels();
        Emitter emitter = new Emitter(resources);
        CompilationContext context =
                new CompilationContext(emitter, batch, program.input(), new FlatVector(graph.params()), null);
        images = context.images();
        List<Operation> operations = Fusion.fuse(program);
        Map<Value, Integer> readers = Program.readers(operations);
        for (Operation operation : operations) {
            nodeOf(operation, context).forward();
            context.forget(operation, readers);
        }
        logits = emitter.floats(context.value(program.logits()));
        execution = emitter.finish();
    }

    /**
     * Compiles.
     *
     * @param shape of one image
     * @param batch images that run through the network together
     * @throws UnsupportedNetworkException if the graph, or this machine, is not one that can be compiled for
     */
    public static CompiledInference compile(ComputationGraph graph, TensorShape shape, int batch) {
        return Compilation.of(
                graph, shape, (resources, program) -> new CompiledInference(resources, graph, program, batch));
    }

    private static Node nodeOf(Operation operation, CompilationContext context) {
        if (operation instanceof Operation.FusedConvolution convolution) {
            return new FusedConvolutionNode(convolution, context);
        } else if (operation instanceof Operation.BatchNorm norm) {
            return new FixedNormNode(norm, context);
        }
        return TrainingNode.of(operation, context);
    }

    /**
     * What goes into the softmax of the output layer.
     *
     * @param pixels {@code [N, C, H, W]}
     * @param count number of images N, from the first on
     * @return {@code [N, classes]}
     */
    public float[] logits(float[] pixels, int count) {
        float[] answers = new float[count * classes];
        for (int first = 0; first < count; first += batch) {
            int size = Math.min(batch, count - first);
            images.put(pixels, first * imageSize, size * imageSize);
            execution.run(0, execution.length());
            logits.get(answers, first * classes, size * classes);
        }
        return answers;
    }

    @Override
    public void close() {
        resources.close();
    }
}
