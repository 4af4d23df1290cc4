package espalier.table;

import org.jspecify.annotations.Nullable;

/**
 * How well one rung predicted the next one in a round.
 *
 * @param study name of the study
 * @param round round of the search
 * @param rung the lower rung
 * @param epochs of training at the lower rung
 * @param nextEpochs of training at the next rung
 * @param trials that finished the lower rung
 * @param pairs of these, trials that finished the next rung, too
 * @param observedTau Kendall's tau-b of the two accuracies among the pairs
 * @param tau the same, corrected for that only the best went on
 * @param low low end of the confidence interval of {@code tau}
 * @param high high end of the confidence interval of {@code tau}
 * @param eta of so many trials one went on; null where no such rule was at work
 * @param nextEta the same for the next round
 * @param decision what follows, in one line
 */
public record CorrelationRow(
        String study,
        int round,
        int rung,
        int epochs,
        int nextEpochs,
        int trials,
        int pairs,
        double observedTau,
        double tau,
        double low,
        double high,
        @Nullable Double eta,
        @Nullable Double nextEta,
        String decision)
        implements ResultRow {

    /** @throws IllegalArgumentException naming the component that is missing or outside its limits */
    public CorrelationRow {
        Checks.text("study", study);
        Checks.atLeast("round", round, 1);
        Checks.atLeast("rung", rung, 0);
        Checks.atLeast("epochs", epochs, 0);
        Checks.atLeast("nextEpochs", nextEpochs, 1);
        Checks.atLeast("pairs", pairs, 0);
        Checks.atLeast("trials", trials, pairs);
        Checks.finite("observedTau", observedTau);
        Checks.finite("tau", tau);
        Checks.finite("low", low);
        Checks.finite("high", high);
        Checks.text("decision", decision);
    }
}
