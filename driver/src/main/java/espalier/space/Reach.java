package espalier.space;

import espalier.cost.Complexity;
import espalier.space.LocalSearch.Objective;
import java.util.List;

/** What a space reaches: by enumeration where there are few combinations of widths, by search from many starts elsewhere. */
final class Reach {
    private static final double ENUMERABLE = 1 << 20;
    private static final double[] SPREADS = {0, 0.05, 0.1, 0.2, 0.3, 0.5};
    private static final int STARTS = 8;

    /** More starts where there are few groups: pairs of groups are what a start's search goes through. */
    private static final int PAIRS = 5000;

    /** Refusing a space that has members is worse than giving a range that is a little too narrow. */
    private static final int CARE = 4;

    private static final double[] TILTS = {0.05, 0.15, 0.3, 0.6, 1.2, 2.4, 9.6};
    private static final double REGIME_FIRST = 100;
    private static final double MCB_TOLERANCE = 0.01;

    private final ChannelSpace space;
    private final WidthLattice lattice;
    private final Complexity original;
    private final FlopsRegime regime;
    private final double[] direction;

    Reach(ChannelSpace space) {
        this.space = space;
        this.lattice = space.lattice();
        this.original = space.counter().original();
        this.regime = space.constraints().regime();
        this.direction = Directions.logArea(space.network().prunableGroups());
    }

    /** @throws SpaceException with one line that says what cannot be met, if no recipe is found in the space */
    void requireMember() {
        requireRegime();
        FeatureBands bands = space.constraints().bands();
        List<FeatureBands> exclusions = space.constraints().exclusions();
        Band latency = space.constraints().latencyKept();
        if (bands.equals(FeatureBands.ANY) && exclusions.isEmpty() && !latency.isBounded()) {
            return;
        }
        requireConsistent(bands, exclusions);
        int[] nearest = nearest(space::misfit, 0);
        if (!space.contains(nearest)) {
            requireMcb(bands.mcb());
            throw new SpaceException("no recipe found that meets all constraints; of the nearest one, "
                    + String.join(", and ", space.violations(nearest)) + "; widen that constraint");
        }
    }

    private void requireRegime() {
        Band range = space.flopsRange();
        if (range.intersect(regime.band()).isEmpty()) {
            throw new SpaceException(
                    "FLOPs kept " + regime + " cannot be reached: subnetworks keep " + range + " under "
                            + describeLimits() + "; the nearest is " + Numbers.text(range.clamp(regime.kept()))
                            + "; change the target or the limits");
        }
        int[] nearest =
                nearest((cost, spread) -> Math.abs(cost.flopsKept(original) - regime.kept()), regime.tolerance());
        double kept = (double) space.counter().macs(nearest) / original.macs();
        if (!regime.band().contains(kept)) {
            throw new SpaceException("FLOPs tolerance " + Numbers.text(regime.tolerance())
                    + " is finer than whole filters allow: the nearest share found to " + Numbers.text(regime.kept())
                    + " is " + Numbers.text(kept) + "; set the tolerance to at least "
                    + Numbers.text(Math.abs(kept - regime.kept())) + ", better to one filter's step of "
                    + Numbers.text(space.filterStep()));
        }
    }

    private String describeLimits() {
        WidthLimits limits = space.constraints().limits();
        String bands = space.constraints().keepRatios().isEmpty()
                ? ""
                : ", keep-ratios " + space.constraints().keepRatios();
        return "max pruned " + Numbers.text(limits.maxPruned()) + ", min width " + limits.minWidth() + ", divisor "
                + limits.divisor() + bands;
    }

    /** At given FLOPs, a share of parameters is an mCB: mCB = FLOPs kept / parameters kept. */
    private void requireConsistent(FeatureBands bands, List<FeatureBands> exclusions) {
        Band implied = impliedMcb(bands.parametersKept());
        if (implied.intersect(bands.mcb()).isEmpty()) {
            throw new SpaceException("mCB band " + bands.mcb() + " and parameters-kept band " + bands.parametersKept()
                    + " contradict each other: at " + regime + " FLOPs kept the latter means an mCB of " + implied
                    + "; drop one of the two");
        }
        for (FeatureBands box : exclusions) {
            if (box.covers(bands)) {
                throw new SpaceException("the excluded box (" + box + ") covers the whole space (" + bands
                        + "); exclude less or widen the bands");
            }
        }
    }

    private Band impliedMcb(Band parametersKept) {
        if (!parametersKept.isBounded()) {
            return Band.UNBOUNDED;
        }
        Band flops = regime.band();
        double low = flops.low() / parametersKept.high();
        double high = parametersKept.low() > 0 ? flops.high() / parametersKept.low() : Double.POSITIVE_INFINITY;
        return new Band(Math.max(0, low), high);
    }

    private void requireMcb(Band wanted) {
        Band range = mcbRange();
        if (range.intersect(wanted).isEmpty()) {
            throw new SpaceException("mCB band " + wanted + " cannot be met: at " + regime
                    + " FLOPs kept recipes have an mCB of about " + range + "; move the band or the FLOPs target");
        }
    }

    /** Range of mCB that the regime reaches. */
    Band mcbRange() {
        int[] least = minimise((cost, spread) -> cost.meanComputationBudget(original), 1);
        int[] most = minimise((cost, spread) -> -cost.meanComputationBudget(original), -1);
        double low = space.counter().count(least).meanComputationBudget(original);
        double high = space.counter().count(most).meanComputationBudget(original);
        return new Band(Math.min(low, high), Math.max(low, high));
    }

    /** Least of an objective inside the regime, sought from recipes tilted to one side. */
    private int[] minimise(Objective objective, int side) {
        Objective inRegime = (cost, spread) -> objective.at(cost, spread) + REGIME_FIRST * space.budgetMisfit(cost);
        LocalSearch search = new LocalSearch(space, inRegime);
        if (lattice.size() <= ENUMERABLE) {
            return enumerate(search, Double.NEGATIVE_INFINITY);
        }
        Projection projection = new Projection(space);
        int[] best = lattice.largest();
        double bestValue = Double.POSITIVE_INFINITY;
        for (int start = 0; start < starts(); start++) {
            double[] offsets = offsets(start);
            projection.mcbAt(offsets, direction, side * TILTS[start % TILTS.length]);
            int[] widths = projection.widths().clone();
            double value = search.descend(widths, Double.NEGATIVE_INFINITY);
            if (value < bestValue) {
                bestValue = value;
                best = widths;
            }
        }
        return best;
    }

    private int starts() {
        return STARTS + PAIRS / (lattice.groups() * lattice.groups());
    }

    private double[] offsets(int start) {
        double spread = space.constraints().bands().spread().clamp(SPREADS[start % SPREADS.length]);
        double[] offsets = Directions.normal(lattice.groups(), start);
        Directions.projectOff(offsets, direction);
        Directions.scale(offsets, spread);
        return offsets;
    }

    /** Widths at which an objective is least, or at or below a goal. */
    private int[] nearest(Objective objective, double goal) {
        LocalSearch search = new LocalSearch(space, objective);
        if (lattice.size() <= ENUMERABLE) {
            return enumerate(search, goal);
        }
        Projection projection = new Projection(space);
        int[] best = lattice.largest();
        double bestValue = search.at(best);
        for (int start = 0; start < CARE * starts() && bestValue > goal; start++) {
            project(projection, start);
            int[] widths = projection.widths().clone();
            double value = search.descend(widths, goal);
            if (value < bestValue) {
                bestValue = value;
                best = widths;
            }
        }
        return best;
    }

    private int[] enumerate(LocalSearch search, double goal) {
        int[] widths = lattice.smallest();
        int[] best = widths.clone();
        double bestValue = Double.POSITIVE_INFINITY;
        do {
            double value = search.at(widths);
            if (value < bestValue) {
                bestValue = value;
                best = widths.clone();
            }
        } while (bestValue > goal && lattice.advance(widths));
        return best;
    }

    /** A start at the FLOPs target, with a spread from a ladder, tilted into the mCB band. */
    private void project(Projection projection, int start) {
        FeatureBands bands = space.constraints().bands();
        double[] offsets = offsets(start);
        double mcb = projection.mcbAt(offsets, direction, 0);
        Band wanted = impliedMcb(bands.parametersKept()).intersect(bands.mcb()).orElse(Band.UNBOUNDED);
        if (!wanted.contains(mcb)) {
            projection.toMcb(offsets, direction, wanted.clamp(mcb), MCB_TOLERANCE);
        }
    }
}
