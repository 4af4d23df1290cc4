package espalier.search;

import espalier.config.StudyConfig;
import espalier.config.StudyConfigWriter;
import espalier.refine.RangeDecision;
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

    /** The study that searches the refined space. */
    static StudyConfig of(StudyConfig config, int round, SearchSpace space) {
        return StudySpaces.refined(
                config,
                round,
                space.space().constraints().bands().mcb(),
                space.space().constraints().bands().spread());
    }

    /** The file's text. */
    public static String write(StudyConfig refined, int round, List<RangeDecision> decisions, List<String> remarks) {
        List<String> header = new ArrayList<>();
        header.add("Space " + refined.parent() + ", refined after round " + round + ".");
        for (RangeDecision decision : decisions) {
            header.add(line(decision));
        }
        header.addAll(remarks);
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
