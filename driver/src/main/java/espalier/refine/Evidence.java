package espalier.refine;

/**
 * All that was measured between two populations, before a verdict. Differences are candidate minus baseline, so below 0 the
 * candidate is better.
 *
 * @param candidates trials of the candidate
 * @param baselines trials of the baseline
 * @param meanDifference of the mean drops: the statistic that decides
 * @param kolmogorovSmirnov D and its two-sided permutation p-value
 * @param mannWhitney share of pairs that the candidate wins, and the one-sided permutation p-value of its smaller drops
 * @param expectedMinimumDifference of the expected least drop of {@code draws} trials
 * @param draws search budget in trials
 */
public record Evidence(
        int candidates,
        int baselines,
        Difference meanDifference,
        PermutationTest.Result kolmogorovSmirnov,
        PermutationTest.Result mannWhitney,
        Difference expectedMinimumDifference,
        int draws) {}
