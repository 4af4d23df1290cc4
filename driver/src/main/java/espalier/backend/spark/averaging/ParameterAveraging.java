package espalier.backend.spark.averaging;

import espalier.backend.spark.ExecutorShare;
import espalier.data.BatchSampler;
import espalier.device.DeviceChoice;
import espalier.device.DeviceException;
import espalier.dl4j.NativeMemory;
import espalier.dl4j.NetworkFiles;
import espalier.task.ImageAsset;
import espalier.task.NetworkAsset;
import espalier.task.Phase;
import espalier.text.FirstLine;
import espalier.train.TrainingException;
import espalier.train.TrainingPlan;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * Trains one network on all executors. In each period every worker takes as many batches of the epoch as the averaging says, from the same
 * weights; then the weights and the momenta are averaged (Deeplearning4j Spark). A batch of the plan is shared out among the workers, so that the
 * network takes as many steps as in a single process. Averaged after each step, and without batch normalization, it is the same training.
 *
 * <p>One worker or two give the same weights each time, bit by bit. More than two differ in the last digits from run to run, since sums of floats depend on
 * the order in which workers come back.
 */
public final class ParameterAveraging implements AutoCloseable {
    private final JavaSparkContext spark;
    private final ImageAsset images;
    private final ExecutorShare share;

    /** Told of each epoch that is done. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Called in the driver.
         *
         * @param epochs done
         * @param loss mean cross-entropy over the last one, in nats
         */
        void epochDone(int epochs, double loss);
    }

    /**
     * Sends the images to the executors, lazily: each fetches them once.
     *
     * @param spark stays open when this closes
     * @param threads native threads of one worker
     * @param device where workers are to run
     */
    public ParameterAveraging(
            JavaSparkContext spark, ImageAsset images, NetworkAsset network, int threads, DeviceChoice device) {
        this.spark = spark;
        this.images = images;
        this.share = new ExecutorShare(spark.broadcast(images), spark.broadcast(network), threads, device);
    }

    /**
     * Trains in place.
     *
     * @param graph with an output layer for the cross-entropy
     * @param whole the plan; its batch size is that of all workers together
     * @param seed of the order of images, of augmentation and of dropout
     * @throws IllegalArgumentException if the batches are too small to be shared out
     * @throws TrainingException if the weights are no longer finite
     */
    public void train(ComputationGraph graph, TrainingPlan whole, Averaging averaging, long seed, Listener listener) {
        TrainingPlan plan = averaging.share(whole);
        int batches = BatchSampler.of(images.training(), images.normalization(), plan.batchSize())
                .training(plan.augmentation(), seed, 0)
                .batches();
        ComputationGraph trained = withUpdater(graph, plan);
        Broadcast<TrainingPlan> sent = spark.broadcast(plan);
        try (AveragingMaster master = new AveragingMaster(share, sent, seed, averaging)) {
            SparkComputationGraph network = new SparkComputationGraph(spark, trained, master);
            for (int epoch = 0; epoch < plan.epochs(); epoch++) {
                master.begin(epoch);
                double loss = trainEpoch(network, plan, averaging, epoch, batches);
                listener.epochDone(epoch + 1, loss);
            }
            graph.setParams(trained.params());
        } finally {
            sent.destroy();
            spark.setJobDescription(null);
            NativeMemory.release(trained);
        }
        if (!Double.isFinite(graph.params().sumNumber().doubleValue())) {
            throw new TrainingException("diverged: weights are no longer finite; lower the learning rate");
        }
    }

    private double trainEpoch(
            SparkComputationGraph network, TrainingPlan plan, Averaging averaging, int epoch, int batches) {
        double losses = 0;
        for (int first = 0; first < batches; first += averaging.period()) {
            int behind = Math.min(batches, first + averaging.period());
            // One rate for the period: that in its middle.
            double progress = epoch + (first + behind - 1) / 2.0 / batches;
            network.getNetwork().setLearningRate(plan.learningRate().at(progress, plan.epochs()));
            spark.setJobDescription("epoch %d of %d, batches %d to %d of %d"
                    .formatted(epoch + 1, plan.epochs(), first + 1, behind, batches));
            List<Integer> period = IntStream.range(first, behind).boxed().toList();
            int workers = Math.min(averaging.workers(), period.size());
            fit(network, spark.parallelize(period, workers).map(new BatchFunction(share)));
            losses += network.getScore() * period.size();
        }
        return losses / batches;
    }

    /** Spark gives a task up after its allowed number of failures, by an exception that Java takes for a checked one. */
    private static void fit(SparkComputationGraph network, JavaRDD<MultiDataSet> batches) {
        try {
            network.fitMultiDataSet(batches);
        } catch (Exception e) {
            throw new TrainingException(reason(e));
        }
    }

    /** What a worker said, where it said something. */
    private static String reason(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(16)
                .filter(cause -> cause instanceof TrainingException || cause instanceof DeviceException)
                .findFirst()
                .map(FirstLine::of)
                .orElseGet(() -> FirstLine.of(failure));
    }

    /** A copy whose updater is the descent of all our training; the decay of weights comes with the gradient. */
    private static ComputationGraph withUpdater(ComputationGraph graph, TrainingPlan plan) {
        ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
        configuration.getDefaultConfiguration().setMiniBatch(true);
        for (GraphVertex vertex : configuration.getVertices().values()) {
            if (vertex instanceof LayerVertex layer && layer.getLayerConf().getLayer() instanceof BaseLayer base) {
                layer.getLayerConf().setMiniBatch(true);
                base.setIUpdater(new Nesterovs(plan.learningRate().peak(), plan.momentum()));
                base.setBiasUpdater(null);
            }
        }
        ComputationGraph copy = new ComputationGraph(configuration);
        copy.init(graph.params().dup(), false);
        return copy;
    }

    /**
     * Top-1 accuracy in percent, each worker counting a share of the images.
     *
     * @param workers at most
     */
    public double accuracy(ComputationGraph graph, Phase.Part part, int workers) {
        int count = (part == Phase.Part.TEST ? images.test() : images.validation()).count();
        Broadcast<byte[]> zip = spark.broadcast(NetworkFiles.write(graph));
        try {
            spark.setJobDescription("evaluation on " + count + " images");
            List<Integer> shares = IntStream.range(0, workers).boxed().toList();
            List<Integer> correct = spark.parallelize(shares, workers)
                    .map(new CorrectFunction(share, zip, part, workers))
                    .collect();
            return 100.0 * correct.stream().mapToInt(Integer::intValue).sum() / count;
        } finally {
            zip.destroy();
            spark.setJobDescription(null);
        }
    }

    @Override
    public void close() {
        share.images().destroy();
        share.network().destroy();
    }
}
