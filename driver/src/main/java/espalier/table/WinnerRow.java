package espalier.table;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One candidate of the final: a winner of the search or one of its controls, retrained over several seeds.
 *
 * @param study name of the study
 * @param rank place in the final by {@code validationMean}, from 1
 * @param candidate name of the candidate, such as {@code best-1}, {@code uniform}, {@code random-best} or {@code scratch}
 * @param trialId the trial that found it, or null for a control that no trial found
 * @param recipeId hash of the widths
 * @param widths channels kept in each channel group
 * @param flops multiply-adds (MACs) for one input
 * @param parameters number of parameters
 * @param mcb mean computation budget, relative to the original network's
 * @param validationAccuracies validation accuracy for each seed, percent
 * @param validationMean mean of {@code validationAccuracies}, percent
 * @param validationStd standard deviation of {@code validationAccuracies}, percentage points
 * @param testAccuracy test accuracy, percent; measured once, and null where it was not
 * @param originalTestAccuracy test accuracy of the original network, percent, or null where it was not measured
 * @param chosen whether this candidate is the study's result
 * @param networkPath the exported network, relative to the study's folder, or null where none was written
 */
public record WinnerRow(
        String study,
        int rank,
        String candidate,
        @Nullable String trialId,
        String recipeId,
        List<Integer> widths,
        long flops,
        long parameters,
        double mcb,
        List<Double> validationAccuracies,
        double validationMean,
        double validationStd,
        @Nullable Double testAccuracy,
        @Nullable Double originalTestAccuracy,
        boolean chosen,
        @Nullable String networkPath)
        implements ResultRow {

    /** @throws IllegalArgumentException naming the component that is missing or outside its limits */
    public WinnerRow {
        Checks.text("study", study);
        Checks.atLeast("rank", rank, 1);
        Checks.text("candidate", candidate);
        Checks.text("recipeId", recipeId);
        widths = List.copyOf(Checks.present("widths", widths));
        Checks.atLeast("flops", flops, 0);
        Checks.atLeast("parameters", parameters, 0);
        Checks.finite("mcb", mcb);
        validationAccuracies = List.copyOf(Checks.present("validationAccuracies", validationAccuracies));
        Checks.percent("validationMean", validationMean);
        Checks.finite("validationStd", validationStd);
        Checks.percent("testAccuracy", testAccuracy);
        Checks.percent("originalTestAccuracy", originalTestAccuracy);
    }
}
