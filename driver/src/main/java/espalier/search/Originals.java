package espalier.search;

import espalier.config.StudyConfig;
import espalier.recipe.WholeNetwork;
import espalier.space.RecipeFeatures;
import espalier.table.TrialRow;
import espalier.task.TrialStatus;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * The original network, trained from several seeds: the first one is pruned, the spread of their accuracies is the noise
 * floor of every drop.
 *
 * @param rows one for each seed, the pruned one first
 * @param seeds that they were trained with
 */
record Originals(List<TrialRow> rows, List<Long> seeds) {
    private static final String POPULATION = "original";

    /** Trains them, or finds them trained. */
    static Originals train(StudyContext study, TrialQueue queue) {
        int epochs = study.config().training().base().learning().epochs();
        byte[] given = study.network().given().map(GivenWeights::zip).orElse(new byte[0]);
        boolean isGiven = given.length > 0;
        // Without training every seed would give the same network again.
        int count =
                isGiven && epochs == 0 ? 1 : study.config().training().base().seeds();
        RecipeFeatures whole = study.space().features(new WholeNetwork());
        List<PlannedTrial> planned = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            planned.add(study.planned(
                    "original-" + i,
                    new WholeNetwork(),
                    study.plans()
                            .whole(isGiven, study.config().training().base().learning()),
                    seed(study.config(), i),
                    given,
                    0,
                    POPULATION,
                    study.initialSpaceId(),
                    whole,
                    epochs));
        }
        List<TrialRow> rows = queue.run(
                "original network", planned, new TrialRows(study.config().study(), Double.NaN));
        if (rows.get(0).status() != TrialStatus.COMPLETED) {
            throw new StudyFailedException(
                    "training the original network failed: " + rows.get(0).reason());
        }
        return new Originals(
                rows, planned.stream().map(trial -> trial.trial().seed()).toList());
    }

    /** By the root seed alone: a study and the study that refines it prune the same network. */
    static long seed(StudyConfig config, int number) {
        return Seeds.of(config.seed(), "original", number);
    }

    /** Validation accuracy of the network that is pruned, percent. */
    double accuracy() {
        return rows.get(0).accuracy().baseAccuracy();
    }

    /** Where its weights are. */
    String file() {
        return TrialQueue.networkFile(rows.get(0).trialId());
    }

    /** Mean over the seeds, percent. */
    double mean() {
        return statistics().getMean();
    }

    /** Standard deviation over the seeds, percentage points; 0 for a single one. */
    double standardDeviation() {
        return statistics().getStandardDeviation();
    }

    private DescriptiveStatistics statistics() {
        return new DescriptiveStatistics(rows.stream()
                .filter(row -> row.status() == TrialStatus.COMPLETED)
                .mapToDouble(row -> row.accuracy().baseAccuracy())
                .toArray());
    }
}
