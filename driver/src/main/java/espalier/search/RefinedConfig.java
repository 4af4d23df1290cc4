package espalier.search;

import espalier.config.StudyConfig;
import espalier.config.StudyConfigWriter;
import espalier.refine.RangeDecision;
import espalier.space.FeatureBands;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The file that runs a refined space again: a whole configuration, with its evidence as comments. */
public final class RefinedConfig {
    private RefinedConfig() {}

    /** Path below the study's folder. */
    public static String path(int round) {
        return "refined/round-" + round + ".yaml";
    }

    /**
     * The file's text.
     *
     * @param config of the study that came to the refinement
     * @param round after which it did
     */
    public static String write(StudyConfig config, int round, Refinement refinement) {
        FeatureBands bands = refinement.space().space().constraints().bands();
        StudyConfig refined = StudySpaces.refined(config, round, bands.mcb(), bands.spread());
        List<String> header = new ArrayList<>();
        header.add("Space " + refined.parent() + ", refined after round " + round + ".");
        refinement.decisions().forEach(decision -> header.add(line(decision)));
        header.addAll(refinement.remarks());
        return StudyConfigWriter.write(refined, header);
    }

    /** One decision in one line. */
    public static String line(RangeDecision decision) {
        String interval = decision.interval()
                .map(value -> " %s %.3f, %.0f %% interval [%.3f, %.3f]."
                        .formatted(
                                decision.statistic(),
                                value.estimate(),
                                100 * value.confidence(),
                                value.low(),
                                value.high()))
                .orElse("");
        return decision.quantity() + " "
                + decision.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": "
                + decision.reason() + "." + interval;
    }
}
