package espalier.space;

import espalier.cost.Complexity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the search knows of a recipe before it is tried; all of it follows from what the recipe yields.
 *
 * @param complexity cost of the subnetwork
 * @param flopsKept share of the original's multiply-adds that is left
 * @param parametersKept share of the original's parameters that is left
 * @param latencyKept predicted share of the original's latency that is left; 1 where nothing is predicted
 * @param mcb mean computation budget: FLOPs per parameter relative to the original's
 * @param spread population standard deviation of the ratios
 * @param ratios what is kept of each part that the recipe prunes, in the network's order: kept width / full width of a channel group, kept
 *     weights / all weights of a layer
 * @param own what else the recipe's method knows of it, by name
 */
public record RecipeFeatures(
        Complexity complexity,
        double flopsKept,
        double parametersKept,
        double latencyKept,
        double mcb,
        double spread,
        List<Double> ratios,
        Map<String, Double> own) {
    public RecipeFeatures {
        ratios = List.copyOf(ratios);
        own = Collections.unmodifiableMap(new LinkedHashMap<>(own));
    }
}
