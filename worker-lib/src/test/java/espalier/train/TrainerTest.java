package espalier.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.data.Augmentation;
import espalier.data.BatchSampler;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.TensorShape;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class TrainerTest {
    private static final TensorShape SHAPE = new TensorShape(1, 12, 12);
    private static final int CLASSES = 3;
    private static final Deadline NEVER = Deadline.in(3600);
    private static final int BATCH = 8;

    @Test
    void plainDescentEqualsDeeplearning4jsOwn() {
        ComputationGraph ours = graph(1);
        ComputationGraph theirs = graph(1);
        theirs.setLearningRate(0.1);
        BatchSampler images = sampler(32);
        TrainingPlan plan = plan(2, 0.1, 0, 0, 0, LearningRateSchedule.Law.CONSTANT);
        try (BatchBuffer buffer = new BatchBuffer(BATCH, 1, 12, 12, CLASSES)) {
            for (int epoch = 0; epoch < 2; epoch++) {
                var batches = images.training(Augmentation.NONE, 5, epoch);
                for (int batch = 0; batch < batches.batches(); batch++) {
                    int size = buffer.fill(batches, batch);
                    theirs.fit(new DataSet(buffer.images(size), buffer.targets(size, 0)));
                }
            }
        }
        Trainer.train(ours, images, SHAPE, CLASSES, plan, 5, NEVER);
        assertThat(ours.params().distance2(theirs.params()))
                .isLessThan(1e-4 * theirs.params().norm2Number().doubleValue());
        assertThat(ours.params().distance2(graph(1).params())).isGreaterThan(0.1);
    }

    @Test
    void momentumAndDecayFollowTheFormula() {
        ComputationGraph graph = graph(2);
        SgdStep step = new SgdStep(graph, 0.9, 0.01, false, new float[0]);
        INDArray weight = graph.getLayer("stem").getParam("W");
        INDArray scale = graph.getLayer("stem-norm").getParam("gamma");
        INDArray mean = graph.getLayer("stem-norm").getParam("mean");
        graph.getFlattenedGradients().assign(2);
        double w = weight.getDouble(0);
        double gamma = scale.getDouble(0);
        double velocity = 0;
        double gammaVelocity = 0;
        for (int i = 1; i <= 3; i++) {
            step.apply(0.1, 4);
            double gradient = 2 / 4.0 + 0.01 * w;
            velocity = 0.9 * velocity + gradient;
            w -= 0.1 * (gradient + 0.9 * velocity);
            gammaVelocity = 0.9 * gammaVelocity + 0.5;
            gamma -= 0.1 * (0.5 + 0.9 * gammaVelocity);
            assertThat(weight.getDouble(0)).isCloseTo(w, within(1e-5));
            assertThat(scale.getDouble(0)).isCloseTo(gamma, within(1e-5));
            assertThat(mean.getDouble(0)).isCloseTo(-2.0 * i, within(1e-5));
        }
    }

    @Test
    void learnsWhatCanBeLearned() {
        ComputationGraph graph = graph(3);
        BatchSampler images = sampler(96);
        double before = Evaluator.accuracy(graph, images, SHAPE, CLASSES);
        double loss = Trainer.train(
                graph, images, SHAPE, CLASSES, plan(6, 0.05, 0.9, 1e-4, 0, LearningRateSchedule.Law.COSINE), 1, NEVER);
        assertThat(loss).isLessThan(0.5);
        assertThat(Evaluator.accuracy(graph, images, SHAPE, CLASSES)).isGreaterThan(Math.max(85, before));
    }

    @Test
    void sameSeedGivesTheSameBits() {
        TrainingPlan plan = plan(1, 0.05, 0.9, 1e-4, 0.1, LearningRateSchedule.Law.COSINE);
        ComputationGraph first = graph(4);
        ComputationGraph second = graph(4);
        Trainer.train(first, sampler(32), SHAPE, CLASSES, plan, 9, NEVER);
        Trainer.train(second, sampler(32), SHAPE, CLASSES, plan, 9, NEVER);
        assertThat(first.params()).isEqualTo(second.params());
        ComputationGraph other = graph(4);
        Trainer.train(other, sampler(32), SHAPE, CLASSES, plan, 10, NEVER);
        assertThat(other.params()).isNotEqualTo(first.params());
    }

    @Test
    void divergenceIsNoticedAndNamed() {
        TrainingPlan plan = plan(3, 1e6, 0.9, 0, 0, LearningRateSchedule.Law.CONSTANT);
        assertThatThrownBy(() -> Trainer.train(graph(5), sampler(64), SHAPE, CLASSES, plan, 1, NEVER))
                .isInstanceOf(TrainingException.class)
                .hasMessageStartingWith("diverged: loss ")
                .hasMessageEndingWith("lower the learning rate");
    }

    @Test
    void stopsAtItsDeadline() {
        TrainingPlan plan = plan(1, 0.1, 0.9, 0, 0, LearningRateSchedule.Law.CONSTANT);
        assertThatThrownBy(() -> Trainer.train(
                        graph(5), sampler(64), SHAPE, CLASSES, plan, 1, new Deadline(7, System.nanoTime() - 1)))
                .hasMessage("timed out after 7 s; raise search.time-limit");
    }

    @Test
    void recalibrationMeasuresMeanAndVarianceOfAllImages() {
        ComputationGraph graph = graph(6);
        INDArray mean = graph.getLayer("stem-norm").getParam("mean");
        INDArray variance = graph.getLayer("stem-norm").getParam("var");
        mean.assign(5);
        variance.assign(7);
        BatchSampler images = sampler(32);
        BatchNormRecalibration.recalibrate(graph, images, SHAPE, CLASSES, 4, 1, NEVER);
        try (BatchBuffer all = new BatchBuffer(32, 1, 12, 12, CLASSES)) {
            BatchSampler whole = BatchSampler.of(images(32), Normalization.of(images(32)), 32);
            int size = all.fill(whole.evaluation(), 0);
            INDArray stem = graph.feedForward(all.images(size), false).get("stem");
            assertThat(stem).isNotNull();
            assertThat(mean.reshape(8).distance2(stem.mean(0, 2, 3))).isLessThan(1e-4);
            assertThat(variance.reshape(8).distance2(stem.var(false, 0, 2, 3))).isLessThan(1e-4);
        }
    }

    @Test
    void recalibrationRepairsAccuracyAfterItsStatisticsAreLost() {
        ComputationGraph graph = graph(7);
        BatchSampler images = sampler(96);
        Trainer.train(
                graph, images, SHAPE, CLASSES, plan(6, 0.05, 0.9, 0, 0, LearningRateSchedule.Law.COSINE), 1, NEVER);
        double trained = Evaluator.accuracy(graph, images, SHAPE, CLASSES);
        for (var layer : graph.getLayers()) {
            if (layer.paramTable().containsKey("var")) {
                layer.getParam("mean").assign(3);
                layer.getParam("var").assign(50);
            }
        }
        assertThat(Evaluator.accuracy(graph, images, SHAPE, CLASSES)).isLessThan(trained - 20);
        BatchNormRecalibration.recalibrate(graph, images, SHAPE, CLASSES, 12, 1, NEVER);
        assertThat(Evaluator.accuracy(graph, images, SHAPE, CLASSES)).isGreaterThan(trained - 5);
    }

    @Test
    void cosineFallsFromThePeakToZeroAfterAWarmUp() {
        LearningRateSchedule schedule = new LearningRateSchedule(LearningRateSchedule.Law.COSINE, 0.4, 2, List.of(), 1);
        assertThat(schedule.at(0, 10)).isZero();
        assertThat(schedule.at(1, 10)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.at(2, 10)).isCloseTo(0.4, within(1e-12));
        assertThat(schedule.at(6, 10)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.at(10, 10)).isCloseTo(0, within(1e-12));
    }

    @Test
    void stepFallsAtEachMilestone() {
        LearningRateSchedule schedule =
                new LearningRateSchedule(LearningRateSchedule.Law.STEP, 1, 0, List.of(3, 5), 0.1);
        assertThat(schedule.at(2.9, 8)).isEqualTo(1);
        assertThat(schedule.at(3, 8)).isCloseTo(0.1, within(1e-12));
        assertThat(schedule.at(7, 8)).isCloseTo(0.01, within(1e-12));
    }

    private static TrainingPlan plan(
            int epochs, double rate, double momentum, double decay, double smoothing, LearningRateSchedule.Law law) {
        return new TrainingPlan(
                epochs,
                BATCH,
                new LearningRateSchedule(law, rate, 0, List.of(), 1),
                momentum,
                decay,
                smoothing,
                Augmentation.NONE);
    }

    private static ComputationGraph graph(long seed) {
        ComputationGraphConfiguration configuration = ResidualNetworks.cifar(8, 8, Shortcut.B, SHAPE, CLASSES, seed);
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return graph;
    }

    private static BatchSampler sampler(int count) {
        return BatchSampler.of(images(count), Normalization.of(images(count)), BATCH);
    }

    /** A bright third of the image, by class, in noise. */
    private static ImageSet images(int count) {
        SplittableRandom random = new SplittableRandom(1);
        byte[] labels = new byte[count];
        byte[] pixels = new byte[count * 144];
        for (int image = 0; image < count; image++) {
            labels[image] = (byte) (image % CLASSES);
            for (int i = 0; i < 144; i++) {
                int bright = i / 48 == labels[image] ? 120 : 0;
                pixels[image * 144 + i] = (byte) (random.nextInt(100) + bright);
            }
        }
        return new ImageSet(1, 12, 12, CLASSES, pixels, labels);
    }
}
