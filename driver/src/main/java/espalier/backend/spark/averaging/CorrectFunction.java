package espalier.backend.spark.averaging;

import espalier.backend.spark.ExecutorShare;
import espalier.data.Epoch;
import espalier.dl4j.NativeMemory;
import espalier.dl4j.NetworkFiles;
import espalier.task.Phase;
import espalier.task.Workbench;
import espalier.train.Evaluator;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Counts the images of one share of the batches that a network classifies correctly.
 *
 * @param zip Deeplearning4j's, of the network
 * @param shares of the batches, about equal
 */
record CorrectFunction(ExecutorShare share, Broadcast<byte[]> zip, Phase.Part part, int shares)
        implements Function<Integer, Integer> {

    @Override
    public Integer call(Integer number) {
        var unused = share.bind();
        Workbench bench = share.workbench();
        Epoch batches = bench.evaluation(part).evaluation();
        int from = first(number, batches.batches());
        int until = first(number + 1, batches.batches());
        ComputationGraph graph = NetworkFiles.read(zip.value(), "the network under evaluation");
        try {
            return Evaluator.correct(graph, batches, from, until, bench.shape(), bench.classes());
        } finally {
            NativeMemory.release(graph);
            NativeMemory.endOfWork();
        }
    }

    private int first(int number, int batches) {
        return (int) ((long) number * batches / shares);
    }
}
