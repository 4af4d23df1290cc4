package espalier.prune;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.importance.RandomImportance;
import espalier.network.TensorShape;
import espalier.prune.RandomNetworks.Part;
import espalier.recipe.ChannelRecipe;
import espalier.weights.TrainedNetwork;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class RemovalCheckTest {
    private static final TensorShape INPUT = new TensorShape(3, 9, 8);
    private static final int CLASSES = 5;
    private static final int RANDOM_NETWORKS = 300;

    /** Each part alone first, so that a failure has a small network. */
    @ParameterizedTest
    @EnumSource(Part.class)
    void everyPartIsPrunedToWhatTheMaskedOriginalComputes(Part part) {
        for (int seed = 0; seed < 8; seed++) {
            check(RandomNetworks.of(part, INPUT, CLASSES, seed), seed);
        }
    }

    @Test
    void randomNetworksArePrunedToWhatTheMaskedOriginalComputes() {
        double worst = 0;
        int layers = 0;
        for (int seed = 0; seed < RANDOM_NETWORKS; seed++) {
            RemovalCheck check = check(RandomNetworks.create(INPUT, CLASSES, seed, 1 + seed % 2), seed);
            worst = Math.max(worst, check.worstError());
            layers += check.layers();
        }
        System.out.printf("%d random networks, %d layers: worst error %.1e%n", RANDOM_NETWORKS, layers, worst);
    }

    @Test
    void namesTheFirstLayerThatDiffers() {
        ComputationGraphConfiguration configuration = RandomNetworks.of(Part.CONVOLUTION, INPUT, CLASSES, 1);
        ComputationGraph original = randomized(configuration, 1);
        TrainedNetwork network = TrainedNetwork.of(original, INPUT, name -> false);
        BitSet kept = randomUnits(network, 1);
        ComputationGraph narrow = FilterPruner.prune(network, kept);
        String second = narrow.getLayers()[3].conf().getLayer().getLayerName();
        narrow.getLayers()[3].getParam("W").muli(1.01);
        RemovalCheck check = RemovalCheck.compare(original, network.graph(), narrow, kept, images(1));
        assertThat(check.passed()).isFalse();
        assertThat(check.firstDifference())
                .startsWith("layer '" + second + "' differs by ")
                .endsWith("more than 1e-04, from the original's with removed channels at zero");
    }

    private static RemovalCheck check(ComputationGraphConfiguration configuration, long seed) {
        ComputationGraph original = randomized(configuration, seed);
        TrainedNetwork network = TrainedNetwork.of(original, INPUT, name -> false);
        BitSet kept = randomUnits(network, seed);
        RemovalCheck check =
                RemovalCheck.compare(original, network.graph(), FilterPruner.prune(network, kept), kept, images(seed));
        assertThat(check.firstDifference()).as("seed %d", seed).isEmpty();
        assertThat(network.graph().prunableGroups()).isNotEmpty();
        return check;
    }

    private static BitSet randomUnits(TrainedNetwork network, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ChannelRecipe recipe = new ChannelRecipe(network.graph().prunableGroups().stream()
                .map(group -> 1 + random.nextInt(group.width()))
                .toList());
        return ChannelRanking.of(network, new RandomImportance(seed)).keptUnits(recipe);
    }

    private static ComputationGraph randomized(ComputationGraphConfiguration configuration, long seed) {
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        DistinctParameters.draw(graph, seed);
        return graph;
    }

    private static INDArray images(long seed) {
        return DistinctParameters.uniform(
                new SplittableRandom(seed), 3, INPUT.channels(), INPUT.height(), INPUT.width());
    }
}
