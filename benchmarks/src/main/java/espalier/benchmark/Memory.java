package espalier.benchmark;

import espalier.data.BatchSampler;
import espalier.data.ImageSet;
import espalier.data.Normalization;
import espalier.dl4j.NativeMemory;
import espalier.dl4j.NativeRuntime;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.TensorShape;
import espalier.train.BatchNormRecalibration;
import espalier.train.Deadline;
import espalier.train.Evaluator;
import espalier.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Resident memory of a process after 5 trials and after 50, one after the other, on 50,000 images of 3 x 32 x 32 that are held as bytes: ResNet-20 at
 * changing widths, recalibrated, trained for a few steps and evaluated.
 */
public final class Memory {
    private static final int IMAGES = 50_000;
    private static final int FEW = 5;
    private static final int MANY = 50;
    private static final int STEPS = 2;
    private static final TensorShape SHAPE = BenchmarkNetwork.SHAPE;
    private static final int CLASSES = BenchmarkNetwork.CLASSES;

    private Memory() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws IOException {
        NativeRuntime.prepare(1);
        ImageSet images = EspalierContestant.imageSet(IMAGES);
        Normalization normalization = Normalization.of(images);
        double few = 0;
        for (int trial = 1; trial <= MANY; trial++) {
            run(images, normalization, trial);
            if (trial == FEW) {
                few = residentMegabytes();
            }
        }
        double many = residentMegabytes();
        System.out.printf(
                Locale.ROOT,
                "resident memory %.0f MB after %d trials, %.0f MB after %d: ratio %.2f%n",
                few,
                FEW,
                many,
                MANY,
                many / few);
    }

    private static void run(ImageSet images, Normalization normalization, int trial) {
        ComputationGraph network = new ComputationGraph(
                ResidualNetworks.cifar(20, 8 + 2 * (trial % 5), Shortcut.A, SHAPE, CLASSES, trial));
        network.init();
        int[] part = IntStream.range(trial * 64, trial * 64 + STEPS * Contestant.BATCH)
                .toArray();
        BatchSampler sampler = BatchSampler.of(images.subset(part), normalization, Contestant.BATCH);
        Deadline never = Deadline.in(Integer.MAX_VALUE);
        BatchNormRecalibration.recalibrate(network, sampler, SHAPE, CLASSES, 1, trial, never);
        Trainer.train(network, sampler, SHAPE, CLASSES, EspalierContestant.plan(), trial, never);
        Evaluator.accuracy(network, sampler, SHAPE, CLASSES);
        NativeMemory.release(network);
        NativeMemory.endOfWork();
    }

    private static double residentMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }
}
