package espalier.refine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The empirical distribution function of the drops of a population, G(e) = sum of w_i over the drops e_i &lt; e, with the
 * inequality strict (Radosavovic et al., "Designing Network Design Spaces", equation 1). A curve further to the left is a
 * better space. Weights are 1/n, or make the complexity uniform (Radosavovic et al., "On Network Design Spaces for Visual
 * Recognition"). Immutable; building it costs O(n log n), a look-up O(log n).
 */
public final class ErrorDistribution {
    private static final double WEIGHT_TOLERANCE = 1e-9;

    private final double[] drops;
    private final double[] weights;
    /** {@code upTo[i]} is the weight of the drops 0..i in ascending order. */
    private final double[] upTo;

    private ErrorDistribution(double[] drops, double[] weights) {
        int[] order = ascending(drops);
        this.drops = Arrays.stream(order).mapToDouble(i -> drops[i]).toArray();
        this.weights = Arrays.stream(order).mapToDouble(i -> weights[i]).toArray();
        this.upTo = this.weights.clone();
        Arrays.parallelPrefix(upTo, Double::sum);
        upTo[upTo.length - 1] = 1;
    }

    /**
     * The distribution in which each drop weighs 1/n.
     *
     * @param drops percentage points, at least one
     * @throws IllegalArgumentException if there is no drop, or one is not finite
     */
    public static ErrorDistribution of(double... drops) {
        double[] copy = Checks.finite("drops", drops);
        double[] weights = new double[copy.length];
        Arrays.fill(weights, 1.0 / copy.length);
        return new ErrorDistribution(copy, weights);
    }

    /**
     * The distribution with a weight for each drop.
     *
     * @param drops percentage points, at least one
     * @param weights of the same length, each above 0, summing to 1
     * @throws IllegalArgumentException if the lengths differ, a weight is not positive or the weights do not sum to 1
     */
    public static ErrorDistribution weighted(double[] drops, double[] weights) {
        double[] copy = Checks.finite("drops", drops);
        double[] weightCopy = Checks.finite("weights", weights);
        Checks.sameLength("weights", weightCopy, "drops", copy);
        double sum = 0;
        for (double weight : weightCopy) {
            if (weight <= 0) {
                throw new IllegalArgumentException(
                        "weight is " + weight + ", must be above 0: leave out trials that do not count");
            }
            sum += weight;
        }
        if (Math.abs(sum - 1) > WEIGHT_TOLERANCE) {
            throw new IllegalArgumentException(
                    "sum of weights is " + sum + ", must be 1: divide each weight by the sum of all");
        }
        return new ErrorDistribution(copy, weightCopy);
    }

    /**
     * The complexity-normalised distribution: trials outside the range of the bins are left out, and each of the m_j
     * trials in bin j of k weighs 1/(k m_j), so that every bin has the same weight.
     *
     * @param drops percentage points
     * @param complexities of the same length, in the unit of the bins
     * @param bins the same for all populations that are compared
     * @throws IllegalArgumentException if the lengths differ or a bin is empty
     */
    public static ErrorDistribution normalised(double[] drops, double[] complexities, ComplexityBins bins) {
        double[] copy = Checks.finite("drops", drops);
        double[] complexityCopy = Checks.finite("complexities", complexities);
        Checks.sameLength("complexities", complexityCopy, "drops", copy);
        int[] inside = IntStream.range(0, copy.length)
                .filter(i -> bins.binOf(complexityCopy[i]).isPresent())
                .toArray();
        int[] binOf = Arrays.stream(inside)
                .map(i -> bins.binOf(complexityCopy[i]).orElseThrow())
                .toArray();
        int[] sizes = sizes(binOf, bins);
        double[] kept = Arrays.stream(inside).mapToDouble(i -> copy[i]).toArray();
        double[] weights = Arrays.stream(binOf)
                .mapToDouble(bin -> 1.0 / ((double) bins.count() * sizes[bin]))
                .toArray();
        return new ErrorDistribution(kept, weights);
    }

    private static int[] sizes(int[] binOf, ComplexityBins bins) {
        int[] sizes = new int[bins.count()];
        for (int bin : binOf) {
            sizes[bin]++;
        }
        for (int bin = 0; bin < sizes.length; bin++) {
            if (sizes[bin] == 0) {
                throw new IllegalArgumentException("bin " + bin + " of " + bins
                        + " has 0 trials, must have at least 1: use fewer bins or sample more trials");
            }
        }
        return sizes;
    }

    private static int[] ascending(double[] values) {
        return IntStream.range(0, values.length)
                .boxed()
                .sorted((i, j) -> Double.compare(values[i], values[j]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** G({@code drop}): the share of the population whose drop is strictly smaller. */
    public double below(double drop) {
        int position = firstAtLeast(drop);
        return position == 0 ? 0 : upTo[position - 1];
    }

    private int firstAtLeast(double drop) {
        int low = 0;
        int high = drops.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (drops[middle] < drop) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Number of trials. */
    public int size() {
        return drops.length;
    }

    /** The number of equally weighted trials that would be as informative, 1 / (sum of squared weights). */
    public double effectiveSize() {
        return 1 / Arrays.stream(weights).map(weight -> weight * weight).sum();
    }

    /** Least drop, percentage points. */
    public double minimum() {
        return drops[0];
    }

    /** Weighted mean of the drops, percentage points. */
    public double mean() {
        return IntStream.range(0, drops.length)
                .mapToDouble(i -> weights[i] * drops[i])
                .sum();
    }

    /** Weighted median of the drops, percentage points. */
    public double median() {
        return quantile(0.5);
    }

    /**
     * The least drop up to which the weight exceeds {@code probability}; where a step of the distribution ends exactly at
     * {@code probability}, the middle between that drop and the next, so that the median of an even number is the usual one.
     *
     * @param probability from 0 (the minimum) to 1 (the maximum)
     * @throws IllegalArgumentException if the probability lies outside
     */
    public double quantile(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                    "probability is " + probability + ", must be from 0 to 1: give a fraction, not a percentage");
        }
        int position = 0;
        while (position < drops.length - 1 && upTo[position] < probability - WEIGHT_TOLERANCE) {
            position++;
        }
        boolean between = position < drops.length - 1 && Math.abs(upTo[position] - probability) <= WEIGHT_TOLERANCE;
        return between ? (drops[position] + drops[position + 1]) / 2 : drops[position];
    }

    /**
     * Half-width of the band that holds the whole true distribution function with probability 1 - {@code alpha}:
     * sqrt(ln(2 / alpha) / (2 n)), by the inequality of Dvoretzky, Kiefer and Wolfowitz with Massart's constant. With
     * unequal weights n is the effective size and the band is approximate.
     *
     * @param alpha probability of a band that misses, above 0 and below 1
     */
    public double bandHalfWidth(double alpha) {
        Checks.insideUnitInterval("alpha", alpha);
        return Math.sqrt(Math.log(2 / alpha) / (2 * effectiveSize()));
    }

    /** The steps of the curve, one for each distinct drop, in ascending order. */
    public List<Step> curve() {
        List<Step> steps = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < drops.length; i++) {
            if (i + 1 == drops.length || drops[i + 1] > drops[i]) {
                steps.add(new Step(drops[i], first == 0 ? 0 : upTo[first - 1], upTo[i]));
                first = i + 1;
            }
        }
        return List.copyOf(steps);
    }

    /** One drop, drawn with the probability of its weight. */
    double draw(SplittableRandom random) {
        int position = Arrays.binarySearch(upTo, random.nextDouble());
        return drops[Math.min(position < 0 ? -position - 1 : position + 1, drops.length - 1)];
    }

    /** The i-th smallest drop, from 0. */
    double drop(int i) {
        return drops[i];
    }

    /** The weight of the i-th smallest drop and of all larger ones. */
    double weightFrom(int i) {
        return i == 0 ? 1 : 1 - upTo[i - 1];
    }

    /**
     * A step of the curve.
     *
     * @param drop percentage points
     * @param below share of the population with a strictly smaller drop, G(drop)
     * @param upTo share of the population with this drop or a smaller one
     */
    public record Step(double drop, double below, double upTo) {}
}
