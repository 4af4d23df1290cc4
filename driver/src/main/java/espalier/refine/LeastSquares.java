package espalier.refine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.NonPositiveDefiniteMatrixException;

/**
 * Least squares by the normal equations, which a bootstrap may solve thousands of times: a fit of n rows and p columns costs
 * O(n p^2). Sound for columns that are centred and scaled, as the caller must provide them.
 */
final class LeastSquares {
    /** Mean square that must be left of a column when the columns before it are taken out, or the fit is called singular. */
    private static final double INDEPENDENCE = 1e-8;

    private static final double SYMMETRY = 1e-12;

    /** The design matrix, row by row. */
    private final double[][] rows;

    private final double[] response;

    LeastSquares(List<double[]> columns, double[] response) {
        this.response = response;
        rows = new double[response.length][columns.size()];
        for (int column = 0; column < columns.size(); column++) {
            for (int row = 0; row < rows.length; row++) {
                rows[row][column] = columns.get(column)[row];
            }
        }
    }

    int rows() {
        return rows.length;
    }

    /** The coefficients of the columns, in their order; empty if the columns are not independent. */
    Optional<double[]> fit() {
        int[] once = new int[response.length];
        Arrays.fill(once, 1);
        return fit(once);
    }

    /**
     * The coefficients on resamples of the rows, drawn with replacement. Resamples on which the columns are not independent
     * are left out, so the list may be shorter than {@code resamples}.
     */
    List<double[]> fitResamples(int resamples, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<double[]> fits = new ArrayList<>(resamples);
        for (int i = 0; i < resamples; i++) {
            int[] counts = new int[response.length];
            for (int drawn = 0; drawn < counts.length; drawn++) {
                counts[random.nextInt(counts.length)]++;
            }
            fit(counts).ifPresent(fits::add);
        }
        return fits;
    }

    private Optional<double[]> fit(int[] counts) {
        int size = rows[0].length;
        double[][] products = new double[size][size];
        double[] targets = new double[size];
        for (int row = 0; row < rows.length; row++) {
            if (counts[row] > 0) {
                addProducts(rows[row], response[row], (double) counts[row] / rows.length, products, targets);
            }
        }
        return solve(products, targets);
    }

    /** Adds one row's share to the lower triangle of the normal equations and to their right-hand side. */
    private static void addProducts(
            double[] row, double response, double weight, double[][] products, double[] targets) {
        for (int i = 0; i < row.length; i++) {
            double weighted = weight * row[i];
            targets[i] += weighted * response;
            for (int j = 0; j <= i; j++) {
                products[i][j] += weighted * row[j];
            }
        }
    }

    private static Optional<double[]> solve(double[][] lowerTriangle, double[] targets) {
        for (int i = 0; i < targets.length; i++) {
            for (int j = 0; j < i; j++) {
                lowerTriangle[j][i] = lowerTriangle[i][j];
            }
        }
        try {
            return Optional.of(
                    new CholeskyDecomposition(new Array2DRowRealMatrix(lowerTriangle, false), SYMMETRY, INDEPENDENCE)
                            .getSolver()
                            .solve(new ArrayRealVector(targets, false))
                            .toArray());
        } catch (NonPositiveDefiniteMatrixException singular) {
            return Optional.empty();
        }
    }
}
