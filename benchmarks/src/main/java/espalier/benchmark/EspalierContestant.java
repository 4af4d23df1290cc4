package espalier.benchmark;

import espalier.data.Augmentation;
import espalier.data.BatchSampler;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.dl4j.NativeRuntime;
import espalier.train.Deadline;
import espalier.train.Evaluator;
import espalier.train.LearningRateSchedule;
import espalier.train.Trainer;
import espalier.train.TrainingPlan;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** What a trial does: with the compilation of the network and with reading the images. */
final class EspalierContestant implements Contestant {
    private final ComputationGraph network;

    EspalierContestant(BenchmarkNetwork benchmark) {
        NativeRuntime.prepare(1);
        network = new ComputationGraph(benchmark.configuration());
        network.init();
    }

    @Override
    public void train(int batches) {
        Trainer.train(
                network,
                images(batches * BATCH),
                BenchmarkNetwork.SHAPE,
                BenchmarkNetwork.CLASSES,
                plan(),
                1,
                Deadline.in(Integer.MAX_VALUE));
    }

    static TrainingPlan plan() {
        return new TrainingPlan(
                1,
                BATCH,
                new LearningRateSchedule(LearningRateSchedule.Law.CONSTANT, 0.01, 0, List.of(), 1),
                0.9,
                5e-4,
                0,
                Augmentation.NONE);
    }

    @Override
    public void infer(int batches) {
        Evaluator.accuracy(network, images(batches * BATCH), BenchmarkNetwork.SHAPE, BenchmarkNetwork.CLASSES);
    }

    /** Images of noise. */
    static BatchSampler images(int count) {
        ImageSet images = imageSet(count);
        return BatchSampler.of(images, Normalization.of(images), BATCH);
    }

    static ImageSet imageSet(int count) {
        var shape = BenchmarkNetwork.SHAPE;
        byte[] pixels = new byte[count * shape.channels() * shape.area()];
        byte[] labels = new byte[count];
        new SplittableRandom(1).nextBytes(pixels);
        for (int image = 0; image < count; image++) {
            labels[image] = (byte) (image % BenchmarkNetwork.CLASSES);
        }
        return new ImageSet(shape.channels(), shape.height(), shape.width(), BenchmarkNetwork.CLASSES, pixels, labels);
    }
}
