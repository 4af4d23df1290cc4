package espalier.benchmark;

import espalier.dl4j.NativeRuntime;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.importance.RandomImportance;
import espalier.network.TensorShape;
import espalier.onednn.CompiledTraining;
import espalier.prune.ChannelRanking;
import espalier.prune.FilterPruner;
import espalier.recipe.ChannelRecipe;
import espalier.train.BatchNormRecalibration;
import espalier.train.Deadline;
import espalier.train.Trainer;
import espalier.weights.TrainedNetwork;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What a trial costs besides its training: the time to prune ResNet-56 to random widths and to compile its training step, and the cost of a
 * recalibration as a share of an epoch. Times are processor time of the thread.
 */
public final class Preparation {
    private static final int WARM_UP = 15;
    private static final int TRIALS = 30;
    private static final int RECALIBRATION_BATCHES = 50;
    private static final int EPOCH_BATCHES = 782;
    private static final int MEASURED_BATCHES = 50;
    private static final TensorShape SHAPE = BenchmarkNetwork.SHAPE;
    private static final int CLASSES = BenchmarkNetwork.CLASSES;

    private Preparation() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        NativeRuntime.prepare(1);
        ComputationGraph original = new ComputationGraph(ResidualNetworks.cifar(56, 16, Shortcut.A, SHAPE, CLASSES, 1));
        original.init();
        TrainedNetwork trained = TrainedNetwork.of(original, SHAPE, name -> false);
        ChannelRanking ranking = ChannelRanking.of(trained, new RandomImportance(1));
        SplittableRandom random = new SplittableRandom(1);
        double[] milliseconds = new double[WARM_UP + TRIALS];
        for (int trial = 0; trial < milliseconds.length; trial++) {
            ChannelRecipe recipe = recipe(trained, random);
            milliseconds[trial] = processorSeconds(() -> prepare(trained, ranking, recipe)) * 1000;
        }
        System.out.printf(
                Locale.ROOT,
                "preparing a trial of ResNet-56 takes %.0f ms (median of %d with widths of their own;"
                        + " of the %d in front of them %.0f, the very first %.0f)%n",
                median(Arrays.copyOfRange(milliseconds, WARM_UP, milliseconds.length)),
                TRIALS,
                WARM_UP,
                median(Arrays.copyOf(milliseconds, WARM_UP)),
                milliseconds[0]);
        System.out.printf(
                Locale.ROOT,
                "recalibration on %d batches costs %.3f of an epoch of %d batches%n",
                RECALIBRATION_BATCHES,
                recalibrationShare(original),
                EPOCH_BATCHES);
    }

    private static ChannelRecipe recipe(TrainedNetwork trained, SplittableRandom random) {
        List<Integer> widths = trained.graph().prunableGroups().stream()
                .map(group -> random.nextInt(Math.max(1, group.width() / 2), group.width() + 1))
                .toList();
        return new ChannelRecipe(widths);
    }

    private static void prepare(TrainedNetwork trained, ChannelRanking ranking, ChannelRecipe recipe) {
        ComputationGraph network = FilterPruner.prune(trained, ranking.keptUnits(recipe));
        CompiledTraining.compile(network, SHAPE, Contestant.BATCH).close();
    }

    private static double recalibrationShare(ComputationGraph network) {
        var images = EspalierContestant.images(MEASURED_BATCHES * Contestant.BATCH);
        Deadline never = Deadline.in(Integer.MAX_VALUE);
        Runnable recalibration = () ->
                BatchNormRecalibration.recalibrate(network, images, SHAPE, CLASSES, RECALIBRATION_BATCHES, 1, never);
        Runnable training = () -> Trainer.train(network, images, SHAPE, CLASSES, EspalierContestant.plan(), 1, never);
        recalibration.run();
        training.run();
        return processorSeconds(recalibration) / (processorSeconds(training) / MEASURED_BATCHES * EPOCH_BATCHES);
    }

    private static double processorSeconds(Runnable work) {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
