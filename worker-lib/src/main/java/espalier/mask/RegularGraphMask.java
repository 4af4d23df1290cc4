package espalier.mask;

import espalier.recipe.RegularGraphRecipe;
import espalier.topology.Graph6;
import espalier.topology.RegularGraph;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The mask that a regular graph makes of a network: a kernel stays where the nodes of its two channels are joined (regular-graph pruning, arXiv
 * 2110.15192). The same graph thins out every layer, but for the first and the last where they are to stay dense.
 */
public final class RegularGraphMask {
    private RegularGraphMask() {}

    /**
     * The mask of a recipe.
     *
     * @param layers of the network, in its order
     * @param seed of a control's random places
     * @throws IllegalArgumentException if a layer has fewer channels than the graph has nodes
     */
    public static WeightMask of(RegularGraphRecipe recipe, List<MaskableLayer> layers, long seed) {
        WeightMask mask = of(Graph6.read(recipe.graph()), layers, recipe.layers());
        return switch (recipe.arrangement()) {
            case GRAPH -> mask;
            case SHUFFLED -> mask.shuffled(seed);
            case SCATTERED -> mask.scattered(seed);
        };
    }

    /**
     * The mask of a graph.
     *
     * @param layers of the network, in its order
     * @throws IllegalArgumentException if a layer has fewer channels than the graph has nodes
     */
    public static WeightMask of(RegularGraph graph, List<MaskableLayer> layers, RegularGraphRecipe.Layers which) {
        return WeightMask.of(masked(layers, which).stream()
                .map(layer -> of(graph, layer, which.selfLoops()))
                .toList());
    }

    private static LayerMask of(RegularGraph graph, MaskableLayer layer, boolean selfLoops) {
        NodeGrouping outputs = NodeGrouping.of(layer.outputs(), graph.nodes());
        NodeGrouping inputs = NodeGrouping.of(layer.inputs(), graph.nodes());
        return LayerMask.ofKernels(layer, pair -> {
            int output = outputs.node(pair / layer.inputs());
            int input = inputs.node(pair % layer.inputs());
            return output == input ? selfLoops : graph.hasEdge(output, input);
        });
    }

    /** The layers that are masked, in the network's order. */
    public static List<MaskableLayer> masked(List<MaskableLayer> layers, RegularGraphRecipe.Layers which) {
        return layers.stream()
                .filter(layer -> !(which.firstDense() && layer.end() == MaskableLayer.End.FIRST))
                .filter(layer -> !(which.lastDense() && layer.end() == MaskableLayer.End.LAST))
                .toList();
    }

    /** The masked layer with the fewest channels on one of its sides: no graph may have more nodes. */
    public static Optional<MaskableLayer> narrowest(List<MaskableLayer> layers, RegularGraphRecipe.Layers which) {
        return masked(layers, which).stream().min(Comparator.comparingInt(RegularGraphMask::width));
    }

    /** Channels on the narrower side of a layer. */
    public static int width(MaskableLayer layer) {
        return Math.min(layer.inputs(), layer.outputs());
    }
}
