package espalier.dl4j;

import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.MemoryWorkspaceManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What ND4J holds outside of the heap, which the garbage collector does not see. Deeplearning4j's own {@code close} collects garbage twice each time,
 * which takes longer than a short trial.
 */
public final class NativeMemory {
    private static final long GROWTH = 64L << 20;

    /** Resident bytes when they were fewest since garbage was last collected. */
    private static long least;

    private NativeMemory() {}

    /** Frees the arrays of a network, which cannot be used again. */
    public static void release(ComputationGraph graph) {
        close(graph.params());
        close(graph.getFlattenedGradients());
    }

    private static void close(@Nullable INDArray array) {
        if (array != null && array.closeable()) {
            array.close();
        }
    }

    /** Frees the workspaces of the calling thread, and collects garbage where the process has grown by 64 MiB since the last time. */
    public static void endOfWork() {
        MemoryWorkspaceManager manager = Nd4j.getWorkspaceManager();
        List<MemoryWorkspace> workspaces = manager.getAllWorkspacesForCurrentThread();
        if (workspaces != null) {
            List.copyOf(workspaces).forEach(manager::destroyWorkspace);
        }
        collectAfterGrowth();
    }

    private static synchronized void collectAfterGrowth() {
        least = Math.min(least, Pointer.physicalBytes());
        if (Pointer.physicalBytes() > least + GROWTH) {
            System.gc();
            least = Pointer.physicalBytes();
        }
    }
}
