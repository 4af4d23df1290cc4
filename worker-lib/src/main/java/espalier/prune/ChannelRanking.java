package espalier.prune;

import espalier.importance.ChannelImportance;
import espalier.network.ChannelGroup;
import espalier.recipe.ChannelRecipe;
import espalier.weights.TrainedNetwork;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The order in which each channel group gives up its channels. Immutable; made once for a network and a criterion, then
 * every recipe is a look-up.
 */
public final class ChannelRanking {
    private final List<ChannelGroup> groups;
    /** For each prunable group its units, the most important first. */
    private final List<int[]> ranked;

    private final BitSet frozenUnits;

    private ChannelRanking(List<ChannelGroup> groups, List<int[]> ranked, BitSet frozenUnits) {
        this.groups = groups;
        this.ranked = ranked;
        this.frozenUnits = frozenUnits;
    }

    /** Ranks all prunable groups; of equally important channels the first one stays. */
    public static ChannelRanking of(TrainedNetwork network, ChannelImportance importance) {
        BitSet frozen = new BitSet();
        network.graph().groups().stream()
                .filter(group -> !group.prunable())
                .forEach(group -> frozen.set(group.firstUnit(), group.firstUnit() + group.width()));
        List<ChannelGroup> groups = network.graph().prunableGroups();
        List<int[]> ranked = groups.stream()
                .map(group -> rank(group, importance.score(network, group)))
                .toList();
        return new ChannelRanking(groups, ranked, frozen);
    }

    /**
     * The units that a recipe keeps: all frozen ones, and the most important of each prunable group.
     *
     * @throws IllegalArgumentException if the recipe does not fit the network
     */
    public BitSet keptUnits(ChannelRecipe recipe) {
        List<Integer> widths = recipe.widths();
        if (widths.size() != groups.size()) {
            throw new IllegalArgumentException("recipe has " + widths.size() + " widths, the network has "
                    + groups.size() + " prunable channel groups; give one width for each");
        }
        BitSet kept = (BitSet) frozenUnits.clone();
        for (int group = 0; group < widths.size(); group++) {
            int width = widths.get(group);
            if (width > groups.get(group).width()) {
                throw new IllegalArgumentException("recipe keeps " + width + " channels of group '"
                        + groups.get(group).name() + "', which has "
                        + groups.get(group).width());
            }
            IntStream.of(ranked.get(group)).limit(width).forEach(kept::set);
        }
        return kept;
    }

    private static int[] rank(ChannelGroup group, double[] scores) {
        return IntStream.range(0, group.width())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer index) -> -scores[index])
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(index -> group.firstUnit() + index)
                .toArray();
    }
}
