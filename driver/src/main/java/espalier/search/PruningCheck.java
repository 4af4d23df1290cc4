package espalier.search;

import espalier.dl4j.NetworkFiles;
import espalier.network.TensorShape;
import espalier.prune.ChannelRanking;
import espalier.prune.DistinctParameters;
import espalier.prune.FilterPruner;
import espalier.prune.RemovalCheck;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.Recipe;
import espalier.task.ImportanceCriterion;
import espalier.task.Workbench;
import espalier.weights.TrainedNetwork;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Prunes a study's network by recipes of its space, with channels chosen at random, and compares every layer with the
 * original's whose removed channels are forced to zero: before anything is spent on it.
 *
 * @param recipes how many were tried
 * @param layers of the network, vertices included
 * @param worstError the largest error of a layer, see {@link RemovalCheck}
 */
public record PruningCheck(int recipes, int layers, double worstError) {
    private static final int IMAGES = 2;

    /**
     * Checks a study's network.
     *
     * @param recipes how many to draw from the study's space
     * @throws StudyException if a pruned network is not what it must be; it names the first layer that differs
     */
    static PruningCheck run(StudyContext study, int recipes) {
        long seed = study.seed("pruning check");
        ComputationGraph original = original(study, seed);
        StudyNetwork network = study.network();
        TrainedNetwork trained = TrainedNetwork.of(
                original,
                network.input(),
                Workbench.matcher(study.config().network().freeze()));
        List<Recipe> drawn = study.method().planner().draw(study.space(), recipes, seed, List.of());
        INDArray images = images(network.input(), seed);
        double worst = 0;
        int layers = 0;
        for (Recipe recipe : drawn) {
            ChannelRanking ranking = ChannelRanking.of(trained, ImportanceCriterion.RANDOM.create(seed));
            BitSet kept = ranking.keptUnits((ChannelRecipe) recipe);
            RemovalCheck check =
                    RemovalCheck.compare(original, trained.graph(), FilterPruner.prune(trained, kept), kept, images);
            if (!check.passed()) {
                throw new StudyException("the network cannot be pruned correctly: " + check.firstDifference()
                        + " (widths " + recipe.content() + "); keep that layer whole with network.freeze");
            }
            worst = Math.max(worst, check.worstError());
            layers = check.layers();
        }
        return new PruningCheck(recipes, layers, worst);
    }

    /** With its own weights where the study brings them. */
    private static ComputationGraph original(StudyContext study, long seed) {
        Optional<GivenWeights> given = study.network().given();
        if (given.isPresent()) {
            return NetworkFiles.read(given.get().zip(), "the study's original network");
        }
        ComputationGraph graph = new ComputationGraph(
                ComputationGraphConfiguration.fromJson(study.network().configuration()));
        graph.init();
        DistinctParameters.draw(graph, seed);
        return graph;
    }

    private static INDArray images(TensorShape shape, long seed) {
        return DistinctParameters.uniform(
                new SplittableRandom(seed), IMAGES, shape.channels(), shape.height(), shape.width());
    }

    @Override
    public String toString() {
        return "%d subnetworks of %d layers equal the original with removed channels at zero; largest relative error %.1e"
                .formatted(recipes, layers, worstError);
    }
}
