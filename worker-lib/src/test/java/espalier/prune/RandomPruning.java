package espalier.prune;

import espalier.importance.RandomImportance;
import espalier.network.NetworkGraph;
import espalier.network.TensorShape;
import espalier.recipe.ChannelRecipe;
import espalier.weights.TrainedNetwork;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network with parameters of which no two are alike, pruned by a random recipe that keeps random channels. */
public record RandomPruning(
        ComputationGraph original, NetworkGraph network, BitSet keptUnits, ComputationGraph narrow) {
    private static final int IMAGES = 3;

    public static RandomPruning of(ComputationGraphConfiguration configuration, TensorShape input, long seed) {
        ComputationGraph original = new ComputationGraph(configuration);
        original.init();
        DistinctParameters.draw(original, seed);
        TrainedNetwork network = TrainedNetwork.of(original, input, name -> false);
        SplittableRandom random = new SplittableRandom(seed);
        ChannelRecipe recipe = new ChannelRecipe(network.graph().prunableGroups().stream()
                .map(group -> 1 + random.nextInt(group.width()))
                .toList());
        BitSet kept = ChannelRanking.of(network, new RandomImportance(seed)).keptUnits(recipe);
        return new RandomPruning(original, network.graph(), kept, FilterPruner.prune(network, kept));
    }

    public RemovalCheck check() {
        TensorShape input = network.nodes().get(0).output();
        INDArray images = DistinctParameters.uniform(
                new SplittableRandom(1), IMAGES, input.channels(), input.height(), input.width());
        return RemovalCheck.compare(original, network, narrow, keptUnits, images);
    }
}
