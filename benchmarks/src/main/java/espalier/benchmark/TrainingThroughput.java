package espalier.benchmark;

import espalier.dl4j.FastLayers;
import espalier.dl4j.NativeRuntime;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images per second of one thread in training and in inference of ResNet-20 (16 channels, batches of 64 images of 32 × 32): with Deeplearning4j's own
 * layers, with oneDNN under them, and with {@link FastLayers} besides, in one process and in turn. Takes one to two minutes.
 *
 * <pre>mvn -B -ntp -q -pl benchmarks -am -DskipTests -Pthroughput verify</pre>
 *
 * <p>Prints the medians over the rounds by two clocks: the one on the wall, and the processor time of the thread that trains, which other load on the
 * machine disturbs less.
 */
public final class TrainingThroughput {
    private static final int ROUNDS = 3;
    private static final int BATCH = 64;
    private static final int SIDE = 32;
    private static final int CLASSES = 10;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private enum Variant {
        PLAIN("Deeplearning4j's own layers", 1),
        ONE_DNN("with oneDNN", 4),
        FAST("with oneDNN and FastLayers", 4);

        private final String label;
        private final int batches;

        Variant(String label, int batches) {
            this.label = label;
            this.batches = batches;
        }

        ComputationGraph network() {
            System.setProperty(NativeRuntime.HELPERS_DISABLED, Boolean.toString(this == PLAIN));
            ComputationGraph network = ResidualNetworks.create(3, 16, SIDE);
            if (this == FAST) {
                FastLayers.install(network);
            }
            return network;
        }
    }

    private final INDArray images = Nd4j.rand(DataType.FLOAT, BATCH, 3, SIDE, SIDE);
    private final INDArray labels = labels();

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        System.out.println(NativeRuntime.prepare(1).line());
        new TrainingThroughput().run();
    }

    private void run() {
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
                "%n%-30s %12s %8s %12s %8s%n", "images/s by " + label, "training", "ratio", "inference", "ratio");
        Contestant base = contestants.get(0);
        for (Contestant contestant : contestants) {
            double training = median(contestant.training, clock);
            double inference = median(contestant.inference, clock);
            System.out.printf(
                    Locale.ROOT,
                    "%-30s %12.1f %8.1f %12.1f %8.1f%n",
                    contestant.variant.label,
                    training,
                    training / median(base.training, clock),
                    inference,
                    inference / median(base.inference, clock));
        }
    }

    private static double median(List<Rate> rounds, ToDoubleFunction<Rate> clock) {
        return rounds.stream().mapToDouble(clock).sorted().toArray()[rounds.size() / 2];
    }

    private static INDArray labels() {
        INDArray labels = Nd4j.create(DataType.FLOAT, BATCH, CLASSES);
        for (int image = 0; image < BATCH; image++) {
            labels.putScalar(image, image % CLASSES, 1);
        }
        return labels;
    }

    /** A variant with its network, warmed up, and what was measured on it. */
    private final class Contestant {
        private final Variant variant;
        private final ComputationGraph network;
        private final List<Rate> training = new ArrayList<>();
        private final List<Rate> inference = new ArrayList<>();

        Contestant(Variant variant) {
            this.variant = variant;
            this.network = variant.network();
            train();
            infer();
        }

        void measure() {
            training.add(Rate.of(this::train, variant.batches));
            inference.add(Rate.of(this::infer, variant.batches));
        }

        private void train() {
            network.fit(new INDArray[] {images}, new INDArray[] {labels});
        }

        private void infer() {
            network.outputSingle(images);
        }
    }

    /** Images per second in one round, by two clocks. */
    private record Rate(double wall, double processor) {
        static Rate of(Runnable batch, int batches) {
            long wall = System.nanoTime();
            long processor = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < batches; i++) {
                batch.run();
            }
            double billionImages = 1e9 * batches * BATCH;
            return new Rate(
                    billionImages / (System.nanoTime() - wall),
                    billionImages / (THREADS.getCurrentThreadCpuTime() - processor));
        }
    }
}
