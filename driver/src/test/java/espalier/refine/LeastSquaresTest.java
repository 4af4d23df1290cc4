package espalier.refine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Test;

class LeastSquaresTest {
    @Test
    void agreesWithQrDecomposition() {
        int rows = 40;
        SplittableRandom random = new SplittableRandom(1);
        double[] response = random.doubles(rows).toArray();
        Predictor predictor = new Predictor(random.doubles(rows).toArray());
        double[][] design = new double[rows][2];
        for (int i = 0; i < rows; i++) {
            design[i][0] = predictor.terms().get(0)[i];
            design[i][1] = predictor.terms().get(1)[i];
        }
        OLSMultipleLinearRegression oracle = new OLSMultipleLinearRegression();
        oracle.newSampleData(response, design);

        LeastSquares model = new LeastSquares(
                List.of(
                        Predictor.intercept(rows),
                        predictor.terms().get(0),
                        predictor.terms().get(1)),
                response);

        assertThat(model.fit().orElseThrow()).containsExactly(oracle.estimateRegressionParameters(), within(1e-10));
    }

    @Test
    void dependentColumnsHaveNoFit() {
        double[] column = {1, 2, 3, 4};
        double[] doubled = {2, 4, 6, 8};

        LeastSquares model = new LeastSquares(List.of(column, doubled), new double[] {1, 2, 3, 4});

        assertThat(model.fit()).isEmpty();
        assertThat(model.fitResamples(10, 1)).isEmpty();
    }

    @Test
    void resamplesWithoutAFitAreLeftOut() {
        double[] rare = {1, 0, 0, 0};

        LeastSquares model = new LeastSquares(List.of(Predictor.intercept(4), rare), new double[] {5, 1, 1, 1});

        // A resample misses the first row with probability (3/4)^4 = 0.316 and is all first row with 0.004.
        assertThat(model.fitResamples(1_000, 1)).hasSizeBetween(640, 720).allSatisfy(fit -> assertThat(fit)
                .containsExactly(new double[] {1, 4}, within(1e-12)));
    }
}
