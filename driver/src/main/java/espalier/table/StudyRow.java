package espalier.table;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One study: what was searched, with which code and data, and the original network that every drop refers to.
 *
 * @param study name of the study
 * @param startedAt when the study was first started
 * @param codeVersion version of the code that ran it
 * @param configYaml the resolved configuration, as YAML that runs again
 * @param configFingerprint hash of the resolved configuration
 * @param seed root seed of the study
 * @param dataFingerprint hash of the training and test images
 * @param networkFingerprint hash of the original network's structure, and of its file where it comes from one
 * @param baseAccuracy validation accuracy of the original network, mean over {@code baseSeeds}, percent
 * @param baseAccuracyStd standard deviation of that accuracy over {@code baseSeeds}, percentage points: the noise floor of
 *     every drop
 * @param baseSeeds the seeds that the original network was trained with
 * @param originalFlops multiply-adds (MACs) of the original network for one input
 * @param originalParameters parameters of the original network
 * @param parent the study that this one goes on from, or null
 */
public record StudyRow(
        String study,
        Instant startedAt,
        String codeVersion,
        String configYaml,
        String configFingerprint,
        long seed,
        String dataFingerprint,
        String networkFingerprint,
        double baseAccuracy,
        double baseAccuracyStd,
        List<Long> baseSeeds,
        long originalFlops,
        long originalParameters,
        @Nullable String parent)
        implements ResultRow {

    /** @throws IllegalArgumentException naming the component that is missing or outside its limits */
    public StudyRow {
        Checks.text("study", study);
        startedAt = Checks.microseconds("startedAt", startedAt);
        Checks.present("codeVersion", codeVersion);
        Checks.present("configYaml", configYaml);
        Checks.present("configFingerprint", configFingerprint);
        Checks.present("dataFingerprint", dataFingerprint);
        Checks.present("networkFingerprint", networkFingerprint);
        Checks.percent("baseAccuracy", baseAccuracy);
        Checks.finite("baseAccuracyStd", baseAccuracyStd);
        baseSeeds = List.copyOf(Checks.present("baseSeeds", baseSeeds));
        Checks.atLeast("originalFlops", originalFlops, 0);
        Checks.atLeast("originalParameters", originalParameters, 0);
    }
}
