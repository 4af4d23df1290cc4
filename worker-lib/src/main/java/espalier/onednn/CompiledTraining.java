package espalier.onednn;

import espalier.network.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;

/**
 * A graph's training step, compiled once for a batch size into oneDNN primitives whose values keep oneDNN's blocked layouts from one layer to the
 * next. Parameters stay in the graph's own vector and are read from there in each run; gradients go to the graph's own vector of gradients, just as
 * {@link ComputationGraph#computeGradientAndScore} leaves them there: summed over the batch, with pseudo-gradients for running statistics. Belongs to
 * one thread.
 */
public final class CompiledTraining implements AutoCloseable {
    private final NativeResources resources;
    private final FlatVector parameters;
    private final @Nullable FlatVector gradients;
    private final List<BatchStatistics> statistics = new ArrayList<>();
    private final FloatPointer images;
    private final FloatPointer logits;
    private final @Nullable FloatPointer logitGradients;
    private final float[] scores;
    private final int classes;
    private final int imageValues;
    private final Execution execution;
    private final int forwardEnd;

    private CompiledTraining(
            NativeResources resources, ComputationGraph graph, Program program, int batch, boolean differentiates) {
        this.resources = resources;
        parameters = new FlatVector(graph.params());
        gradients = differentiates ? new FlatVector(graph.getFlattenedGradients()) : null;
        classes = program.logits().shape().channels();
        scores = new float[batch * classes];
        TensorShape shape = program.input().shape();
        imageValues = batch * shape.channels() * shape.area();

        Emitter emitter = new Emitter(resources);
        CompilationContext context = new CompilationContext(emitter, batch, program.input(), parameters, gradients);
        images = context.images();
        List<TrainingNode> nodes = emitForward(program, context, !differentiates);
        forwardEnd = emitter.position();
        logits = emitter.floats(context.value(program.logits()));
        logitGradients = differentiates ? emitBackward(program, context, nodes) : null;
        execution = emitter.finish();
    }

    /**
     * Compiles both passes.
     *
     * @param shape of one image
     * @param batch images of a step
     * @throws UnsupportedNetworkException if the graph, or this machine, is not one that can be compiled for
     */
    public static CompiledTraining compile(ComputationGraph graph, TensorShape shape, int batch) {
        if (graph.getFlattenedGradients() == null) {
            graph.initGradientsView();
        }
        return Compilation.of(
                graph, shape, (resources, program) -> new CompiledTraining(resources, graph, program, batch, true));
    }

    /**
     * Compiles the forward pass alone, for {@link #measure}; it takes less memory.
     *
     * @param shape of one image
     * @param batch images of a run
     * @throws UnsupportedNetworkException if the graph, or this machine, is not one that can be compiled for
     */
    public static CompiledTraining compileForward(ComputationGraph graph, TensorShape shape, int batch) {
        return Compilation.of(
                graph, shape, (resources, program) -> new CompiledTraining(resources, graph, program, batch, false));
    }

    private List<TrainingNode> emitForward(Program program, CompilationContext context, boolean forgets) {
        Map<Value, Integer> readers = Program.readers(program.operations());
        List<TrainingNode> nodes = new ArrayList<>();
        for (Operation operation : program.operations()) {
            TrainingNode node = TrainingNode.of(operation, context);
            node.forward();
            nodes.add(node);
            if (node instanceof BatchNormNode norm) {
                statistics.add(norm.statistics());
            }
            if (forgets) {
                context.forget(operation, readers);
            }
        }
        return nodes;
    }

    private static FloatPointer emitBackward(Program program, CompilationContext context, List<TrainingNode> nodes) {
        Tensor gradient =
                context.emitter().allocate(context.value(program.logits()).layout());
        context.addGradient(program.logits(), gradient.retain());
        for (int i = nodes.size() - 1; i >= 0; i--) {
            nodes.get(i).backward();
        }
        return context.emitter().floats(gradient);
    }

    /**
     * One forward and one backward pass; the graph's gradients are then those of this batch.
     *
     * @param pixels {@code [batch, C, H, W]}; what lies behind is not read
     * @param targets {@code [batch, classes]}, each row with the sum 1; what lies behind is not read
     * @return the mean cross-entropy of an image, in nats; not a number if a parameter is not, or is infinite
     */
    public double computeGradient(float[] pixels, float[] targets) {
        FloatPointer scoreGradients = Objects.requireNonNull(logitGradients, "compiled for the forward pass alone");
        images.put(pixels, 0, imageValues);
        execution.run(0, forwardEnd);
        logits.get(scores);
        double loss = SoftmaxCrossEntropy.differentiate(scores, targets, classes);
        scoreGradients.put(scores);
        execution.run(forwardEnd, execution.length());
        statistics.forEach(batch -> batch.writePseudoGradients(parameters, Objects.requireNonNull(gradients)));
        // A rectifier of oneDNN makes zero of what is not a number, so that the loss alone would hide it.
        return Double.isFinite(parameters.array().sumNumber().doubleValue()) ? loss : Double.NaN;
    }

    /** What is told the mean and the variance of a batch, {@code [C]} each, in front of a layer of batch normalization. */
    public interface StatisticsReader {
        void read(String layer, float[] mean, float[] variance);
    }

    /**
     * One forward pass as in training.
     *
     * @param pixels {@code [batch, C, H, W]}; what lies behind is not read
     * @param reader is called for each layer of batch normalization
     */
    public void measure(float[] pixels, StatisticsReader reader) {
        images.put(pixels, 0, imageValues);
        execution.run(0, forwardEnd);
        statistics.forEach(batch -> reader.read(batch.operation().layer(), batch.mean(), batch.variance()));
    }

    @Override
    public void close() {
        resources.close();
    }
}
