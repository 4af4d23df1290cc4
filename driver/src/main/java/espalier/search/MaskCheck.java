package espalier.search;

import espalier.cost.Complexity;
import espalier.mask.LayerMask;
import espalier.mask.MaskableLayer;
import espalier.mask.WeightMask;
import espalier.recipe.Recipe;
import espalier.task.Workbench;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Masks a study's network by recipes of its space and counts the weights that are left: before anything is spent on it.
 *
 * @param recipes how many were tried
 * @param layers of each network that are masked
 */
record MaskCheck(int recipes, int layers) {

    /**
     * Checks a study's network.
     *
     * @param maskable layers of the network
     * @param recipes how many to draw from the study's space
     * @throws StudyException if a masked network costs other than its recipe says
     */
    static MaskCheck run(StudyContext study, List<MaskableLayer> maskable, int recipes) {
        long seed = study.seed("mask check");
        Workbench bench = new Workbench(study.images(), study.network().untrained());
        int layers = 0;
        for (Recipe recipe : study.method().planner().draw(study.space(), recipes, seed, List.of())) {
            ComputationGraph graph = bench.fresh(recipe, seed);
            WeightMask mask = WeightMask.ofZeros(graph, maskable);
            layers = mask.layers().size();
            Complexity counted = mask.cost(study.method().original());
            Complexity said = study.space().features(recipe).complexity();
            if (!counted.equals(said)) {
                throw new StudyException("the network cannot be masked correctly: " + recipe.content() + " leaves "
                        + counted.parameters() + " parameters, not " + said.parameters()
                        + "; its first weights have zeros (" + zeros(mask) + ")");
            }
        }
        return new MaskCheck(recipes, layers);
    }

    private static String zeros(WeightMask mask) {
        return String.join(", ", mask.layers().stream().map(LayerMask::toString).toList());
    }

    @Override
    public String toString() {
        return "%d masked networks keep exactly the weights that they are counted with, in %d layers each"
                .formatted(recipes, layers);
    }
}
