package espalier.space;

import espalier.network.ChannelGroup;
import java.util.List;
import java.util.Map;

/** The widths that each prunable group may have. Immutable. */
final class WidthLattice {
    /** Guards floor(r n) against a product that falls just short of a whole number. */
    private static final double ROUNDING = 1e-9;

    private final int[] full;
    private final int[] narrowest;
    private final int[] lowest;
    private final int[] highest;
    private final int divisor;

    private WidthLattice(int groups, int divisor) {
        this.full = new int[groups];
        this.narrowest = new int[groups];
        this.lowest = new int[groups];
        this.highest = new int[groups];
        this.divisor = divisor;
    }

    /**
     * The widths under limits and bands.
     *
     * @throws SpaceException if a band names no prunable group or leaves a group without any width
     */
    static WidthLattice of(List<ChannelGroup> groups, WidthLimits limits, Map<String, Band> keepRatios) {
        WidthLattice lattice = new WidthLattice(groups.size(), limits.divisor());
        for (int group = 0; group < groups.size(); group++) {
            int width = groups.get(group).width();
            lattice.full[group] = width;
            lattice.highest[group] = width;
            lattice.narrowest[group] =
                    lattice.roundUp(Math.max(limits.minWidth(), width - pruned(width, limits.maxPruned())), width);
            lattice.lowest[group] = lattice.narrowest[group];
        }
        keepRatios.forEach((name, band) -> lattice.narrow(indexOf(groups, name), name, band));
        return lattice;
    }

    private static int indexOf(List<ChannelGroup> groups, String name) {
        for (int group = 0; group < groups.size(); group++) {
            if (groups.get(group).name().equals(name)) {
                return group;
            }
        }
        throw new SpaceException("keep-ratio band names '" + name + "', which is no prunable channel group; groups are "
                + groups.stream().map(ChannelGroup::name).toList());
    }

    private void narrow(int group, String name, Band band) {
        int first = lowest[group];
        int last = highest[group];
        while (lowest[group] < last && ratio(group, lowest[group]) < band.low()) {
            lowest[group] = up(group, lowest[group]);
        }
        while (highest[group] > lowest[group] && ratio(group, highest[group]) > band.high()) {
            highest[group] = down(group, highest[group]);
        }
        if (!band.contains(ratio(group, lowest[group]))) {
            throw new SpaceException("keep-ratio of group '" + name + "' must be " + band + ", but its widths are "
                    + first + " to " + last + " of " + full[group] + " in steps of " + divisor
                    + "; widen the band or the width limits");
        }
    }

    int groups() {
        return full.length;
    }

    int divisor() {
        return divisor;
    }

    int lowest(int group) {
        return lowest[group];
    }

    int highest(int group) {
        return highest[group];
    }

    int[] smallest() {
        return lowest.clone();
    }

    int[] largest() {
        return highest.clone();
    }

    double ratio(int group, int width) {
        return (double) width / full[group];
    }

    boolean contains(int group, int width) {
        return lowest[group] <= width
                && width <= highest[group]
                && (divisor == 1 || width % divisor == 0 || width == full[group]);
    }

    /** The width that stays when a share of a group is pruned, whether its keep-ratio band allows it or not. */
    int widthAt(int group, double pruned) {
        int width = full[group] - pruned(full[group], pruned);
        return Math.max(narrowest[group], roundUp(width, full[group]));
    }

    /** The allowed width that stays when a share of a group is pruned; shares beyond its limits meet them. */
    int realise(int group, double pruned) {
        return Math.max(lowest[group], Math.min(highest[group], widthAt(group, pruned)));
    }

    /** The next larger width of a group, or the same where there is none. */
    int up(int group, int width) {
        int next = Math.min(full[group], (width / divisor + 1) * divisor);
        return next > highest[group] ? width : next;
    }

    /** The next smaller width of a group, or the same where there is none. */
    int down(int group, int width) {
        int next = (width - 1) / divisor * divisor;
        return next < lowest[group] ? width : next;
    }

    /** Population standard deviation of the ratios. */
    double spread(int[] widths) {
        double sum = 0;
        for (int group = 0; group < full.length; group++) {
            sum += ratio(group, widths[group]);
        }
        double mean = sum / full.length;
        double squares = 0;
        for (int group = 0; group < full.length; group++) {
            double deviation = ratio(group, widths[group]) - mean;
            squares += deviation * deviation;
        }
        return Math.sqrt(squares / full.length);
    }

    /** Number of combinations, as far as a double counts. */
    double size() {
        double size = 1;
        for (int group = 0; group < full.length; group++) {
            int choices = 1;
            for (int width = lowest[group]; width < highest[group]; width = up(group, width)) {
                choices++;
            }
            size *= choices;
        }
        return size;
    }

    /** Steps to the next combination like an odometer; false after the last, which leaves the smallest. */
    boolean advance(int[] widths) {
        for (int group = 0; group < full.length; group++) {
            int next = up(group, widths[group]);
            if (next != widths[group]) {
                widths[group] = next;
                return true;
            }
            widths[group] = lowest[group];
        }
        return false;
    }

    private static int pruned(int width, double share) {
        return (int) Math.floor(share * width + ROUNDING);
    }

    private int roundUp(int width, int full) {
        return divisor == 1 ? Math.min(full, width) : Math.min(full, -Math.floorDiv(-width, divisor) * divisor);
    }
}
