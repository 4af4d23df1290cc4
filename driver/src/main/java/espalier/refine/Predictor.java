package espalier.refine;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * A predictor of a regression, centred and scaled, so that the normal equations are well conditioned. It must be of order 1,
 * as log mCB and spread are.
 */
final class Predictor {
    /** Standard deviation below which values differ by rounding only. */
    private static final double CONSTANT = 1e-9;

    private final double mean;
    private final double deviation;
    private final double[] linear;
    private final List<double[]> terms;

    Predictor(double[] values) {
        mean = StatUtils.mean(values);
        double spread = Math.sqrt(StatUtils.populationVariance(values));
        deviation = spread < CONSTANT ? 1 : spread;
        linear = Arrays.stream(values).map(value -> (value - mean) / deviation).toArray();
        terms = spread < CONSTANT ? List.of() : independentTerms(linear);
    }

    private static List<double[]> independentTerms(double[] linear) {
        double[] squared = Arrays.stream(linear).map(value -> value * value).toArray();
        List<double[]> columns = List.of(intercept(linear.length), linear, squared);
        boolean independent = new LeastSquares(columns, linear).fit().isPresent();
        return independent ? List.of(linear, squared) : List.of(linear);
    }

    /** The column of ones that goes with the terms. */
    static double[] intercept(int rows) {
        double[] ones = new double[rows];
        Arrays.fill(ones, 1);
        return ones;
    }

    /**
     * The columns that the values can tell apart: none for a constant, the linear one for two distinct values, the linear
     * and the squared one for more.
     */
    List<double[]> terms() {
        return terms;
    }

    /** The values, centred and scaled. */
    DoubleStream linear() {
        return Arrays.stream(linear);
    }

    /** Standard deviation of the original values; 1 for a constant. */
    double deviation() {
        return deviation;
    }

    /** The original value of a centred and scaled one. */
    double original(double standardised) {
        return mean + deviation * standardised;
    }
}
