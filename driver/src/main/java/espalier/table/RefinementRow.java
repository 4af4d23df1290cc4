package espalier.table;

import org.jspecify.annotations.Nullable;

/**
 * One decision of a refinement: from which range of one quantity to which, and on what evidence.
 *
 * @param study name of the study
 * @param round the round whose trials were looked at
 * @param quantity what was narrowed, such as {@code mcb} or {@code spread}
 * @param fromLow low end of the range before, or null where it was open
 * @param fromHigh high end of the range before, or null where it was open
 * @param toLow low end of the range after, or null where it is open
 * @param toHigh high end of the range after, or null where it is open
 * @param statistic the statistic that decided
 * @param estimate its value
 * @param intervalLow low end of its confidence interval
 * @param intervalHigh high end of its confidence interval
 * @param confidence confidence of the interval, 0 to 1
 * @param decision what was decided, such as {@code narrowed} or {@code kept}
 * @param reason why, in one line
 */
public record RefinementRow(
        String study,
        int round,
        String quantity,
        @Nullable Double fromLow,
        @Nullable Double fromHigh,
        @Nullable Double toLow,
        @Nullable Double toHigh,
        String statistic,
        @Nullable Double estimate,
        @Nullable Double intervalLow,
        @Nullable Double intervalHigh,
        double confidence,
        String decision,
        String reason)
        implements ResultRow {

    /** @throws IllegalArgumentException naming the component that is missing or outside its limits */
    public RefinementRow {
        Checks.text("study", study);
        Checks.atLeast("round", round, 0);
        Checks.text("quantity", quantity);
        Checks.text("statistic", statistic);
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException(
                    "confidence is " + confidence + ": it must be from 0 to 1, such as 0.95");
        }
        Checks.text("decision", decision);
        Checks.present("reason", reason);
    }
}
