package espalier.table;

/**
 * Two populations of one round compared.
 *
 * @param study name of the study
 * @param round round of the search
 * @param left name of the one population
 * @param right name of the other population
 * @param meanDifference mean drop of {@code left} minus mean drop of {@code right}, percentage points
 * @param low low end of the confidence interval of {@code meanDifference}, percentage points
 * @param high high end of the confidence interval of {@code meanDifference}, percentage points
 * @param ksStatistic Kolmogorov-Smirnov distance of the two error distributions, 0 to 1
 * @param ksP permutation p-value of {@code ksStatistic}
 * @param mannWhitneyP one-sided p-value of the Mann-Whitney test
 * @param expectedMinimumDifference difference of the expected least drop of a search of the study's budget, percentage points
 * @param verdict what follows, in one line
 */
public record ComparisonRow(
        String study,
        int round,
        String left,
        String right,
        double meanDifference,
        double low,
        double high,
        double ksStatistic,
        double ksP,
        double mannWhitneyP,
        double expectedMinimumDifference,
        String verdict)
        implements ResultRow {

    /** @throws IllegalArgumentException naming the component that is missing or outside its limits */
    public ComparisonRow {
        Checks.text("study", study);
        Checks.atLeast("round", round, 0);
        Checks.text("left", left);
        Checks.text("right", right);
        Checks.present("verdict", verdict);
    }
}
