package espalier.space;

import espalier.recipe.RegularGraphRecipe;
import espalier.recipe.RegularGraphRecipe.Arrangement;
import espalier.topology.EdgeSwap;
import espalier.topology.Graph6;
import espalier.topology.RegularGraph;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Draws regular graphs whose ASPL is spread evenly over a space's band: from the ring lattice, edges are swapped until the graph has come as near as it
 * can to a target. The recipe of an index follows from the seed and the index.
 *
 * @param space to draw from
 * @param swaps edges to swap at most for a graph
 * @param patience attempts for a graph
 */
public record RegularGraphSampler(RegularGraphSpace space, long swaps, int patience) {

    /**
     * Draws distinct recipes.
     *
     * @param known recipes that are not wanted again
     * @throws SpaceException if fewer are found
     */
    public List<RegularGraphRecipe> draw(int count, long seed, Set<RegularGraphRecipe> known) {
        Set<RegularGraphRecipe> drawn = new LinkedHashSet<>();
        List<Band> segments = space.segments();
        RegularGraph ring =
                RegularGraph.ring(space.shape().nodes(), space.shape().degree());
        for (int index = 0; index < count; index++) {
            Optional<RegularGraphRecipe> recipe = Optional.empty();
            for (int attempt = 0; attempt < patience && recipe.isEmpty(); attempt++) {
                SplittableRandom random = new SplittableRandom(Draws.seed(Draws.seed(seed, index), attempt));
                double place = (index + random.nextDouble()) / count;
                RegularGraph graph = new EdgeSwap(EdgeSwap.Mode.GREEDY, swaps, target(segments, place))
                        .run(ring, random.nextLong())
                        .graph();
                recipe = Optional.of(recipe(graph))
                        .filter(each -> space.contains(graph) && !known.contains(each) && !drawn.contains(each));
            }
            drawn.add(recipe.orElseThrow(() -> new SpaceException("no " + (drawn.size() + 1) + "th graph of "
                    + space.description() + " was found in " + patience
                    + " attempts; widen space.graph.aspl, raise space.graph.swaps, or ask for fewer trials")));
        }
        return List.copyOf(drawn);
    }

    /** The value at a share of the way through all segments. */
    private static double target(List<Band> segments, double share) {
        double left = share * segments.stream().mapToDouble(Band::width).sum();
        for (Band segment : segments) {
            if (left <= segment.width()) {
                return segment.low() + left;
            }
            left -= segment.width();
        }
        return segments.get(segments.size() - 1).high();
    }

    private RegularGraphRecipe recipe(RegularGraph graph) {
        return new RegularGraphRecipe(
                Graph6.write(graph), Arrangement.GRAPH, space.shape().masked());
    }
}
