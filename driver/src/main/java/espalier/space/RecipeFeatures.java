package espalier.space;

import espalier.cost.Complexity;
import java.util.List;

/**
 * What the search knows of a recipe before it is tried; all of it follows from the realised widths.
 *
 * @param complexity cost of the subnetwork
 * @param flopsKept share of the original's multiply-adds that is left
 * @param parametersKept share of the original's parameters that is left
 * @param latencyKept predicted share of the original's latency that is left; 1 where nothing is predicted
 * @param mcb mean computation budget: FLOPs per parameter relative to the original's
 * @param spread population standard deviation of the ratios
 * @param ratios kept width / full width of each prunable group, in the network's order
 */
public record RecipeFeatures(
        Complexity complexity,
        double flopsKept,
        double parametersKept,
        double latencyKept,
        double mcb,
        double spread,
        List<Double> ratios) {
    public RecipeFeatures {
        ratios = List.copyOf(ratios);
    }
}
