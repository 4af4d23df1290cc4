package espalier.refine;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.StatUtils;

/**
 * How good a subnetwork a random search of a given budget finds (Radosavovic et al., "On Network Design Spaces for Visual
 * Recognition"): the simulated curve, and the expected minimum in closed form.
 */
public final class SearchEfficiency {
    private SearchEfficiency() {}

    /**
     * The random-search efficiency curve: for each budget m = 1, 2, 4, ... up to n, the least drops of floor(n / m)
     * experiments of m independent draws by weight. Costs O(n log^2 n).
     *
     * @param population the population of n trials
     * @param seed of the draws
     */
    public static List<Point> curve(ErrorDistribution population, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Point> points = new ArrayList<>();
        for (int draws = 1; draws > 0 && draws <= population.size(); draws *= 2) {
            double[] minima = new double[population.size() / draws];
            for (int experiment = 0; experiment < minima.length; experiment++) {
                minima[experiment] = minimum(population, draws, random);
            }
            points.add(new Point(
                    draws, minima.length, StatUtils.mean(minima), Math.sqrt(StatUtils.populationVariance(minima))));
        }
        return List.copyOf(points);
    }

    private static double minimum(ErrorDistribution population, int draws, SplittableRandom random) {
        double least = population.draw(random);
        for (int i = 1; i < draws; i++) {
            least = Math.min(least, population.draw(random));
        }
        return least;
    }

    /**
     * The exact expectation of the least of {@code draws} independent draws by weight (with replacement): the sum over
     * the ascending drops of e_i (S_i^m - S_(i+1)^m), where S_i is the weight from the i-th drop on.
     *
     * @param population the population
     * @param draws search budget m, at least 1
     * @throws IllegalArgumentException if the budget is smaller
     */
    public static double expectedMinimum(ErrorDistribution population, int draws) {
        Checks.atLeast("draws", draws, 1);
        double sum = 0;
        double from = 1;
        for (int i = 0; i < population.size(); i++) {
            double next = i + 1 == population.size() ? 0 : Math.pow(population.weightFrom(i + 1), draws);
            sum += population.drop(i) * (from - next);
            from = next;
        }
        return sum;
    }

    /**
     * The exact expectation of the least of {@code draws} different trials (without replacement): the sum over the
     * ascending drops of e_i C(n - i, m - 1) / C(n, m). It estimates without bias what a search of that budget finds in
     * the space that the population was drawn from.
     *
     * @param drops percentage points, n of them
     * @param draws search budget m, from 1 to n
     * @throws IllegalArgumentException if the budget is out of range or a drop is not finite
     */
    public static double expectedMinimumOfDistinct(double[] drops, int draws) {
        return new ExpectedMinimum(Checks.finite("drops", drops), draws).ofPopulation();
    }

    /**
     * One budget of the curve.
     *
     * @param draws trials of one experiment
     * @param experiments number of experiments
     * @param mean mean of their least drops, percentage points
     * @param standardDeviation of their least drops, divided by the number of experiments; 0 for a single one
     */
    public record Point(int draws, int experiments, double mean, double standardDeviation) {}
}
