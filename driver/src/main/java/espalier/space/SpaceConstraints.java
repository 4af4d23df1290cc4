package espalier.space;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What delimits a space, apart from the network: all of it together makes the same space again.
 *
 * @param regime FLOPs that are kept
 * @param limits widths that a group may have
 * @param keepRatios bands of the keep-ratio (kept width / full width) of single groups, by group name
 * @param latencyKept band of the predicted share of the original's latency
 * @param bands box that a recipe must lie in
 * @param exclusions boxes that a recipe must not lie in; a refined box as an exclusion makes the negated space
 */
public record SpaceConstraints(
        FlopsRegime regime,
        WidthLimits limits,
        Map<String, Band> keepRatios,
        Band latencyKept,
        FeatureBands bands,
        List<FeatureBands> exclusions) {

    public SpaceConstraints {
        keepRatios = Collections.unmodifiableMap(new LinkedHashMap<>(keepRatios));
        exclusions = List.copyOf(exclusions);
    }

    /** A regime alone. */
    public static SpaceConstraints of(FlopsRegime regime, WidthLimits limits) {
        return new SpaceConstraints(regime, limits, Map.of(), Band.UNBOUNDED, FeatureBands.ANY, List.of());
    }

    public SpaceConstraints withRegime(FlopsRegime changed) {
        return new SpaceConstraints(changed, limits, keepRatios, latencyKept, bands, exclusions);
    }

    public SpaceConstraints withBands(FeatureBands changed) {
        return new SpaceConstraints(regime, limits, keepRatios, latencyKept, changed, exclusions);
    }

    /** With a band for the keep-ratio of one group, instead of an earlier one of that group. */
    public SpaceConstraints withKeepRatio(String group, Band band) {
        Map<String, Band> changed = new LinkedHashMap<>(keepRatios);
        changed.put(group, band);
        return new SpaceConstraints(regime, limits, changed, latencyKept, bands, exclusions);
    }

    /** With one more box that recipes must not lie in. */
    public SpaceConstraints withExclusion(FeatureBands box) {
        List<FeatureBands> changed = new ArrayList<>(exclusions);
        changed.add(box);
        return new SpaceConstraints(regime, limits, keepRatios, latencyKept, bands, changed);
    }
}
