package espalier.backend.spark.averaging;

import espalier.backend.spark.ExecutorShare;
import espalier.data.BatchSampler;
import espalier.data.Epoch;
import espalier.dl4j.NativeMemory;
import espalier.task.Workbench;
import espalier.train.BatchGradient;
import espalier.train.KeptZeros;
import espalier.train.TrainingPlan;
import espalier.train.WeightDecay;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.api.worker.NetBroadcastTuple;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Trains on a worker's batches. The gradient is that of all our training, many times as fast as Deeplearning4j's own; what it does to the weights is
 * left to Deeplearning4j's updater, whose state is averaged too.
 */
final class AveragingWorker extends ParameterAveragingTrainingWorker {
    private static final long serialVersionUID = 1L;

    private final ExecutorShare share;
    private final Broadcast<TrainingPlan> plan;
    private final long seed;
    private final int epoch;
    private transient @Nullable Work work;

    AveragingWorker(
            Broadcast<NetBroadcastTuple> network,
            WorkerConfiguration configuration,
            ExecutorShare share,
            Broadcast<TrainingPlan> plan,
            long seed,
            int epoch) {
        super(network, true, configuration, null, null, null);
        this.share = share;
        this.plan = plan;
        this.seed = seed;
        this.epoch = epoch;
    }

    @Override
    public ComputationGraph getInitialModelGraph() {
        var unused = share.bind();
        Workbench bench = share.workbench();
        ComputationGraph graph = super.getInitialModelGraph();
        Work begun = new Work(graph, bench, plan.value(), seed, epoch);
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> begun.close());
        work = begun;
        return graph;
    }

    @Override
    public @Nullable ParameterAveragingTrainingResult processMinibatch(
            MultiDataSet name, ComputationGraph graph, boolean isLast) {
        Objects.requireNonNull(work).step(BatchFunction.batch(name));
        return isLast ? getFinalResult(graph) : null;
    }

    /** Steps of one task. */
    private static final class Work implements AutoCloseable {
        private final ComputationGraph graph;
        private final long seed;
        private final int epoch;
        private final Epoch batches;
        private final BatchGradient gradient;
        private final WeightDecay decay;
        private final @Nullable KeptZeros zeros;
        private double losses;
        private int steps;

        Work(ComputationGraph graph, Workbench bench, TrainingPlan plan, long seed, int epoch) {
            BatchSampler images = bench.training(plan.batchSize());
            this.graph = graph;
            this.seed = seed;
            this.epoch = epoch;
            this.batches = images.training(plan.augmentation(), seed, epoch);
            this.gradient = new BatchGradient(graph, images, bench.shape(), bench.classes(), plan);
            this.decay = new WeightDecay(graph, plan.weightDecay());
            this.zeros = plan.keepsZeros() ? new KeptZeros(graph) : null;
        }

        void step(int batch) {
            BatchGradient.seedDropout(seed, epoch * batches.batches() + batch);
            losses += gradient.compute(batches, epoch, batch);
            steps++;
            int size = batches.size(batch);
            decay.addToGradient(graph, size);
            if (zeros != null) {
                zeros.takeFromGradient(graph);
            }
            INDArray sum = graph.getFlattenedGradients();
            graph.getUpdater().update(new DefaultGradient(sum), 0, 0, size, LayerWorkspaceMgr.noWorkspacesImmutable());
            graph.params().subi(sum.reshape(graph.params().shape()));
            graph.setScore(losses / steps);
        }

        @Override
        public void close() {
            gradient.close();
            decay.close();
            if (zeros != null) {
                zeros.close();
            }
            NativeMemory.endOfWork();
        }
    }
}
