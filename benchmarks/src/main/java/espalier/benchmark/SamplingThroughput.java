package espalier.benchmark;

import espalier.cost.ComplexityCounter;
import espalier.dl4j.GraphReader;
import espalier.dl4j.ResidualNetworks;
import espalier.dl4j.ResidualNetworks.Shortcut;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import espalier.recipe.ChannelRecipe;
import espalier.space.Band;
import espalier.space.BandSampler;
import espalier.space.ChannelSpace;
import espalier.space.FlopsRegime;
import espalier.space.McbSampler;
import espalier.space.ParentMutation;
import espalier.space.PopulationGrid;
import espalier.space.RecipeSampler;
import espalier.space.SpreadSampler;
import espalier.space.UniformRejection;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongPredicate;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Costs, space tests and draws a second on one core, at half of the FLOPs.
 *
 * <p>Time is the thread's own processor time, best of five rounds, so that other work on the machine does not count.
 */
public final class SamplingThroughput {
    private static final int ROUNDS = 5;
    private static final long ROUND_NANOS = 400_000_000;
    private static final int CALLS = 16;
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private SamplingThroughput() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        Nd4j.getBackend();
        TensorShape small = new TensorShape(3, 32, 32);
        TensorShape large = new TensorShape(3, 224, 224);
        System.out.println("network    what                      per second   microseconds   accepted");
        measure(
                "ResNet-56",
                GraphReader.read(ResidualNetworks.cifar(56, 16, Shortcut.A, small, 10, 1), small, name -> false),
                0.95);
        measure(
                "ResNet-50",
                GraphReader.read(ResidualNetworks.resNet(50, 64, large, 1000, 1), large, name -> false),
                0.7);
    }

    private static void measure(String network, NetworkGraph graph, double maxPruned) {
        ChannelSpace space = ChannelSpace.of(graph, new FlopsRegime(0.5, 0.005));
        ComplexityCounter counter = space.counter();
        int[][] recipes = recipes(space);
        report(network, "MACs of a recipe", seed -> counter.macs(pick(recipes, seed)) > 0);
        report(
                network,
                "cost of a recipe",
                seed -> counter.count(pick(recipes, seed)).parameters() > 0);
        report(network, "space contains a recipe", seed -> space.contains(pick(recipes, seed)));
        samplers(space, maxPruned)
                .forEach((name, sampler) ->
                        report(network, name, seed -> sampler.sample(seed).isPresent()));
        PopulationGrid grid = PopulationGrid.standard();
        report(
                network,
                "grid of 40 trials",
                seed -> grid.draw(space, 40, seed).members().size() == 40);
    }

    private static Map<String, RecipeSampler> samplers(ChannelSpace space, double maxPruned) {
        ChannelRecipe parent = new SpreadSampler(space, 0.15).sample(1).orElseThrow();
        Map<String, RecipeSampler> samplers = new LinkedHashMap<>();
        samplers.put("uniform rejection draw", new UniformRejection(space, maxPruned));
        samplers.put("spread 0.1 draw", new SpreadSampler(space, 0.1));
        samplers.put("mCB 0.9 draw", new McbSampler(space, 0.1, 0.9, 0.006));
        samplers.put("mCB 1.2 draw", new McbSampler(space, 0.1, 1.2, 0.006));
        samplers.put("spread and mCB draw", new BandSampler(space, new Band(0.14, 0.22), new Band(0.94, 1.06)));
        samplers.put("parent mutation draw", new ParentMutation(space, parent, 0.05));
        return samplers;
    }

    private static int[][] recipes(ChannelSpace space) {
        SpreadSampler sampler = new SpreadSampler(space, 0.2);
        int[][] recipes = new int[1024][];
        for (int index = 0; index < recipes.length; index++) {
            recipes[index] = sampler.sample(index).orElseThrow().toArray();
        }
        return recipes;
    }

    private static int[] pick(int[][] recipes, long seed) {
        return recipes[(int) (seed & (recipes.length - 1))];
    }

    /** Calls until the time of a round is over; what the calls answer is counted, so that none can be left out. */
    private static void report(String network, String what, LongPredicate work) {
        double best = Double.POSITIVE_INFINITY;
        long accepted = 0;
        long seed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long first = seed;
            long start = CLOCK.getCurrentThreadCpuTime();
            long spent = 0;
            while (spent < ROUND_NANOS) {
                for (int call = 0; call < CALLS; call++) {
                    accepted += work.test(seed++) ? 1 : 0;
                }
                spent = CLOCK.getCurrentThreadCpuTime() - start;
            }
            best = Math.min(best, (double) spent / (seed - first));
        }
        System.out.printf(
                Locale.ROOT,
                "%-10s %-24s %,12.0f %14.2f %9.2f %%%n",
                network,
                what,
                1e9 / best,
                best / 1000,
                100.0 * accepted / seed);
    }
}
