package espalier.backend.spark.averaging;

import espalier.backend.spark.ExecutorShare;
import espalier.train.TrainingPlan;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.api.worker.NetBroadcastTuple;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.jspecify.annotations.Nullable;

/** Deeplearning4j's averaging of parameters and of the updater's state, over workers of ours. */
final class AveragingMaster extends ParameterAveragingTrainingMaster implements AutoCloseable {
    private final ExecutorShare share;
    private final Broadcast<TrainingPlan> plan;
    private final long seed;
    private final int frequency;
    private int epoch;
    private @Nullable Broadcast<NetBroadcastTuple> network;

    AveragingMaster(ExecutorShare share, Broadcast<TrainingPlan> plan, long seed, Averaging averaging) {
        // An example is a batch; data come divided as they are to be.
        super(new Builder(averaging.workers(), 1)
                .batchSizePerWorker(1)
                .averagingFrequency(averaging.frequency())
                .rddTrainingApproach(RDDTrainingApproach.Direct)
                .repartionData(Repartition.Never)
                .storageLevel(null)
                .saveUpdater(true)
                .rngSeed(0));
        this.share = share;
        this.plan = plan;
        this.seed = seed;
        this.frequency = averaging.frequency();
    }

    /** Batches are of this epoch from now on. */
    void begin(int number) {
        epoch = number;
    }

    @Override
    public ParameterAveragingTrainingWorker getWorkerInstance(SparkComputationGraph spark) {
        close();
        ComputationGraph graph = spark.getNetwork();
        JavaSparkContext context = spark.getSparkContext();
        network = context.broadcast(new NetBroadcastTuple(
                graph.getConfiguration(), graph.params(), graph.getUpdater().getStateViewArray()));
        return new AveragingWorker(
                network, new WorkerConfiguration(true, 1, 1, frequency, 0, false), share, plan, seed, epoch);
    }

    /** Takes the network that was sent last back from the executors. */
    @Override
    public void close() {
        if (network != null) {
            network.destroy();
            network = null;
        }
    }
}
