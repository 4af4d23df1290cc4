package espalier.search;

import espalier.config.SpaceConfig;
import espalier.config.StudyConfig;
import espalier.config.StudyConfigWriter;
import espalier.refine.RangeDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The file that runs a refined space again: a whole configuration, with its evidence as comments. */
public final class RefinedConfig {
    private static final int LONGEST_NAME = 64;

    private RefinedConfig() {}

    /** Path below the study's folder. */
    public static String path(int round) {
        return "refined/round-" + round + ".yaml";
    }

    /**
     * The file's text.
     *
     * @param study that came to the refinement
     * @param round after which it did
     */
    public static String write(StudyContext study, int round, Refinement refinement) {
        StudyConfig config = study.config();
        SpaceConfig space = study.method()
                .configuration(config.space(), refinement.space().space().bands());
        String name = name(config.study(), "-r" + round);
        StudyConfig refined = config.refined(name, config.study() + "/round-" + round, space);
        List<String> header = new ArrayList<>();
        header.add("Space " + refined.parent() + ", refined after round " + round + ".");
        refinement.decisions().forEach(decision -> header.add(line(decision)));
        header.addAll(refinement.remarks());
        return StudyConfigWriter.write(refined, header);
    }

    /** A name that is too long with its suffix loses its own end. */
    private static String name(String study, String suffix) {
        return study.substring(0, Math.min(study.length(), LONGEST_NAME - suffix.length())) + suffix;
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
