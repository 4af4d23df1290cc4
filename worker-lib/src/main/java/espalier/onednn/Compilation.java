package espalier.onednn;

import espalier.network.TensorShape;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.PointerScope;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What compiling for training and for inference have in common. */
final class Compilation {
    /** What oneDNN says where no implementation fits; all else that it says are failures. */
    private static final Pattern NO_IMPLEMENTATION = Pattern.compile("could not create a primitive descriptor.*");

    private Compilation() {}

    /**
     * Translates a graph and compiles the program.
     *
     * @param compiler may fill the resources, which are closed if it fails
     * @throws UnsupportedNetworkException if one of them does not know a way
     */
    @SuppressWarnings({"try", "unchecked"}) // The scope acts by being open; its varargs are empty.
    static <T> T of(ComputationGraph graph, TensorShape shape, BiFunction<NativeResources, Program, T> compiler) {
        if (!Nd4j.getEnvironment().isCPU() || graph.params().dataType() != DataType.FLOAT) {
            throw new UnsupportedNetworkException("parameters are not floats in the processor's memory");
        }
        Program program = GraphLowering.lower(graph, shape);
        NativeResources resources = new NativeResources();
        boolean done = false;
        try (PointerScope scope = new PointerScope()) {
            T compiled = compiler.apply(resources, program);
            done = true;
            return compiled;
        } catch (LinkageError e) {
            throw new UnsupportedNetworkException("oneDNN's library does not load: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw NO_IMPLEMENTATION.matcher(String.valueOf(e.getMessage())).matches()
                    ? new UnsupportedNetworkException("oneDNN knows no way: " + e.getMessage(), e)
                    : e;
        } finally {
            if (!done) {
                resources.close();
            }
        }
    }
}
