package espalier.benchmark;

import espalier.data.Augmentation;
import espalier.data.BatchSampler;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.dl4j.FastLayers;
import espalier.dl4j.NativeRuntime;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.TensorShape;
import espalier.train.Deadline;
import espalier.train.Evaluator;
import espalier.train.LearningRateSchedule;
import espalier.train.Trainer;
import espalier.train.TrainingPlan;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Images per second of one thread in training and in evaluation of ResNet-20 (16 channels, batches of 64 images of 32 x 32):
 * with Deeplearning4j's own layers, with oneDNN under them, and with {@link FastLayers} besides, in one process and in turn.
 * Takes two minutes.
 *
 * <p>Prints the medians over the rounds by two clocks: the one on the wall, and the processor time of the thread that
 * trains, which other load on the machine disturbs less.
 */
public final class TrainingThroughput {
    private static final int ROUNDS = 3;
    private static final int BATCH = 64;
    private static final int CLASSES = 10;
    private static final TensorShape SHAPE = new TensorShape(3, 32, 32);
    private static final TrainingPlan PLAN = new TrainingPlan(
            1,
            BATCH,
            new LearningRateSchedule(LearningRateSchedule.Law.CONSTANT, 0.01, 0, List.of(), 1),
            0.9,
            5e-4,
            0,
            Augmentation.NONE);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private TrainingThroughput() {}

    private enum Variant {
        PLAIN("Deeplearning4j's own layers", 1),
        ONE_DNN("with oneDNN", 6),
        FAST("with oneDNN and fast layers", 6);

        private final String label;
        private final int batches;

        Variant(String label, int batches) {
            this.label = label;
            this.batches = batches;
        }

        /** Layers look for oneDNN when they are made. */
        ComputationGraph network() {
            System.setProperty("org.eclipse.deeplearning4j.helpers.disable", Boolean.toString(this == PLAIN));
            ComputationGraph network =
                    new ComputationGraph(ResidualNetworks.cifar(20, 16, Shortcut.A, SHAPE, CLASSES, 1));
            network.init();
            if (this == FAST) {
                FastLayers.install(network);
            }
            return network;
        }
    }

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        System.out.println(NativeRuntime.prepare(1).line());
        List<Contestant> contestants = new ArrayList<>();
        for (Variant variant : Variant.values()) {
            contestants.add(new Contestant(variant));
        }
        for (int round = 0; round < ROUNDS; round++) {
            contestants.forEach(Contestant::measure);
        }
        print("wall clock", Rate::wall, contestants);
        print("processor time", Rate::processor, contestants);
    }

    private static void print(String label, ToDoubleFunction<Rate> clock, List<Contestant> contestants) {
        System.out.printf(
                "%n%-30s %12s %8s %12s %8s%n", "images/s by " + label, "training", "ratio", "evaluation", "ratio");
        Contestant base = contestants.get(0);
        for (Contestant contestant : contestants) {
            double training = median(contestant.training, clock);
            double evaluation = median(contestant.evaluation, clock);
            System.out.printf(
                    Locale.ROOT,
                    "%-30s %12.1f %8.1f %12.1f %8.1f%n",
                    contestant.variant.label,
                    training,
                    training / median(base.training, clock),
                    evaluation,
                    evaluation / median(base.evaluation, clock));
        }
    }

    private static double median(List<Rate> rounds, ToDoubleFunction<Rate> clock) {
        return rounds.stream().mapToDouble(clock).sorted().toArray()[rounds.size() / 2];
    }

    /** Images of noise, as many as the batches take. */
    private static BatchSampler images(int batches) {
        int count = batches * BATCH;
        byte[] pixels = new byte[count * SHAPE.channels() * SHAPE.height() * SHAPE.width()];
        byte[] labels = new byte[count];
        SplittableRandom random = new SplittableRandom(1);
        random.nextBytes(pixels);
        for (int image = 0; image < count; image++) {
            labels[image] = (byte) (image % CLASSES);
        }
        ImageSet images = new ImageSet(SHAPE.channels(), SHAPE.height(), SHAPE.width(), CLASSES, pixels, labels);
        return BatchSampler.of(images, Normalization.of(images), BATCH);
    }

    /** A variant with its network, warmed up, and what was measured on it. */
    private static final class Contestant {
        private final Variant variant;
        private final ComputationGraph network;
        private final BatchSampler images;
        private final List<Rate> training = new ArrayList<>();
        private final List<Rate> evaluation = new ArrayList<>();

        Contestant(Variant variant) {
            this.variant = variant;
            this.network = variant.network();
            this.images = images(variant.batches);
            train();
            evaluate();
        }

        void measure() {
            training.add(Rate.of(this::train, images.count()));
            evaluation.add(Rate.of(this::evaluate, images.count()));
        }

        private void train() {
            Trainer.train(network, images, SHAPE, CLASSES, PLAN, 1, Deadline.in(Integer.MAX_VALUE));
        }

        private void evaluate() {
            Evaluator.accuracy(network, images, SHAPE, CLASSES);
        }
    }

    /** Images per second in one round, by two clocks. */
    private record Rate(double wall, double processor) {
        static Rate of(Runnable work, int images) {
            long wall = System.nanoTime();
            long processor = THREADS.getCurrentThreadCpuTime();
            work.run();
            return new Rate(
                    1e9 * images / (System.nanoTime() - wall),
                    1e9 * images / (THREADS.getCurrentThreadCpuTime() - processor));
        }
    }
}
