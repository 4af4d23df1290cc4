package espalier.backend.spark.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import espalier.backend.spark.WireRegistrator;
import espalier.data.Augmentation;
import espalier.data.BatchSampler;
import espalier.data.Normalization;
import espalier.data.SyntheticImages;
import espalier.data.TrainAndTest;
import espalier.device.DeviceChoice;
import espalier.dl4j.ChainNetworks;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.TensorShape;
import espalier.task.ImageAsset;
import espalier.task.ImportanceCriterion;
import espalier.task.NetworkAsset;
import espalier.task.Phase.Part;
import espalier.train.Deadline;
import espalier.train.Evaluator;
import espalier.train.LearningRateSchedule;
import espalier.train.Trainer;
import espalier.train.TrainingException;
import espalier.train.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParameterAveragingIT {
    private static final TensorShape SHAPE = new TensorShape(1, 16, 16);
    private static final int CLASSES = 3;
    private static final long SEED = 7;

    private final ImageAsset images = images();
    private JavaSparkContext spark;

    @BeforeAll
    void startSpark() {
        spark = new JavaSparkContext(new SparkConf()
                .setMaster("local[2]")
                .setAppName("averaging")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .set("spark.kryo.registrator", WireRegistrator.class.getName()));
    }

    @AfterAll
    void stopSpark() {
        spark.stop();
    }

    @Test
    void oneWorkerIsGradientDescentWithMomentumAsInOneProcess() {
        TrainingPlan plan = plan(3, 16, 0.1);
        ComputationGraph alone = residual();
        Trainer.train(alone, sampler(16), SHAPE, CLASSES, plan, SEED, Deadline.in(60));
        ComputationGraph averaged = residual();
        train(averaged, plan, new Averaging(1, 4));
        assertSame(averaged, alone, 1e-4);
    }

    @Test
    void twoWorkersThatAverageAfterEachStepAreOneProcess() {
        ComputationGraph alone = withoutNormalization();
        Trainer.train(alone, sampler(32), SHAPE, CLASSES, plan(3, 32, 0.05), SEED, Deadline.in(60));
        ComputationGraph averaged = withoutNormalization();
        train(averaged, plan(3, 32, 0.05), new Averaging(2, 1));
        assertSame(averaged, alone, 1e-4);
    }

    @Test
    void twoWorkersLearnTheSameEachTime() {
        TrainingPlan plan = plan(5, 16, 0.05);
        ComputationGraph first = residual();
        List<Double> losses = train(first, plan, new Averaging(2, 3));
        ComputationGraph second = residual();
        train(second, plan, new Averaging(2, 3));
        assertThat(second.params()).isEqualTo(first.params());
        assertThat(losses).hasSize(5);
        assertThat(losses.get(4)).isLessThan(0.8 * losses.get(0));
    }

    @Test
    void accuracyIsThatOfOneProcessAndOfDeeplearning4j() {
        ComputationGraph graph = residual();
        train(graph, plan(2, 16, 0.05), new Averaging(2, 2));
        BatchSampler test = BatchSampler.of(images.test(), images.normalization(), 20);
        double expected = Evaluator.accuracy(graph, test, SHAPE, CLASSES);
        try (ParameterAveraging averaging = averaging(graph)) {
            for (int workers : new int[] {1, 3, 50}) {
                assertThat(averaging.accuracy(graph, Part.TEST, workers)).isEqualTo(expected);
            }
        }
        JavaRDD<DataSet> batches = spark.parallelize(dataSets(test), 3);
        SparkComputationGraph network = new SparkComputationGraph(spark, graph, null);
        assertThat(100 * network.evaluate(batches).accuracy()).isEqualTo(expected);
    }

    @Test
    void divergenceIsOneLine() {
        assertThatThrownBy(() -> train(residual(), plan(3, 16, 1e9), new Averaging(2, 2)))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith("diverged: ")
                .hasMessageEndingWith("lower the learning rate");
    }

    @Test
    void whatCannotBeAveragedIsRefused() {
        assertThatThrownBy(() -> new Averaging(0, 1)).hasMessage("workers are 0; they must be 1 to 10,000");
        assertThatThrownBy(() -> new Averaging(1, 0))
                .hasMessage("weights are averaged every 0 steps; that must be 1 or more");
        assertThatThrownBy(() -> new Averaging(9, 1).share(plan(1, 16, 0.05)))
                .hasMessage("training.batch-size is 16, shared out among 9 workers, which need at least 2 images each:"
                        + " raise it, or give fewer --workers");
    }

    private List<Double> train(ComputationGraph graph, TrainingPlan plan, Averaging how) {
        List<Double> losses = new ArrayList<>();
        try (ParameterAveraging averaging = averaging(graph)) {
            averaging.train(graph, plan, how, SEED, (epochs, loss) -> losses.add(loss));
        }
        return losses;
    }

    private ParameterAveraging averaging(ComputationGraph graph) {
        NetworkAsset asset = new NetworkAsset(
                "network",
                graph.getConfiguration().toJson(),
                new byte[0],
                SHAPE,
                CLASSES,
                List.of(),
                ImportanceCriterion.L1,
                0);
        return new ParameterAveraging(spark, images, asset, 1, DeviceChoice.CPU);
    }

    private static ComputationGraph residual() {
        return begun(ResidualNetworks.cifar(8, 4, Shortcut.B, SHAPE, CLASSES, 5));
    }

    private static ComputationGraph withoutNormalization() {
        return begun(ChainNetworks.leNet(1, SHAPE, CLASSES, 5));
    }

    private static ComputationGraph begun(ComputationGraphConfiguration configuration) {
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return graph;
    }

    private static TrainingPlan plan(int epochs, int batchSize, double rate) {
        return new TrainingPlan(
                epochs,
                batchSize,
                new LearningRateSchedule(LearningRateSchedule.Law.CONSTANT, rate, 0, List.of(), 1),
                0.9,
                1e-3,
                0.1,
                Augmentation.NONE);
    }

    private BatchSampler sampler(int batchSize) {
        return BatchSampler.of(images.training(), images.normalization(), batchSize);
    }

    private static ImageAsset images() {
        TrainAndTest made = SyntheticImages.generate(new SyntheticImages.Options(16, CLASSES, 192, 130, 0.05, 1));
        return new ImageAsset(made.train(), made.test(), made.test(), Normalization.of(made.train()));
    }

    private static List<DataSet> dataSets(BatchSampler images) {
        var epoch = images.evaluation();
        List<DataSet> sets = new ArrayList<>();
        for (int batch = 0; batch < epoch.batches(); batch++) {
            int size = epoch.size(batch);
            float[] pixels = new float[size * SHAPE.channels() * SHAPE.area()];
            int[] labels = new int[size];
            epoch.fill(batch, pixels, labels);
            INDArray oneHot = Nd4j.zeros(size, CLASSES);
            for (int i = 0; i < size; i++) {
                oneHot.putScalar(i, labels[i], 1);
            }
            INDArray features =
                    Nd4j.createFromArray(pixels).reshape(size, SHAPE.channels(), SHAPE.height(), SHAPE.width());
            sets.add(new DataSet(features, oneHot));
        }
        return sets;
    }

    private static void assertSame(ComputationGraph actual, ComputationGraph expected, double tolerance) {
        INDArray difference = Transforms.abs(actual.params().sub(expected.params()));
        double change = Transforms.abs(expected.params()).maxNumber().doubleValue();
        assertThat(difference.maxNumber().doubleValue()).isLessThan(tolerance * change);
    }
}
