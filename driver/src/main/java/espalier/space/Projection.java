package espalier.space;

import espalier.cost.ComplexityCounter;

/**
 * Finds the widths of one draw: given each group's offset, the common pruned share that meets the FLOPs target, and on
 * top of it the tilt between groups of large and of small area that meets an mCB.
 *
 * <p>Holds its arrays, so that an evaluation allocates nothing; for one thread.
 */
final class Projection {
    private static final double TILT = 0.6;
    private static final double WIDEST_TILT = 10;
    private static final int TILT_STEPS = 16;

    /** Pruned shares nearer than this are not told apart: widths are far coarser. */
    private static final double RESOLUTION = 1e-7;

    /** A mean is found to within this before the bisection stops early. */
    private static final double SLACK = 0.01;

    /** Part of the tolerance that is near enough to stop. */
    private static final double NEAR = 0.1;

    private final ComplexityCounter counter;
    private final WidthLattice lattice;
    private final double parametersPerMac;
    private final double target;
    private final double near;
    private final double[] tilted;
    private int[] widths;
    private int[] trial;
    private double mean;

    Projection(ChannelSpace space) {
        counter = space.counter();
        lattice = space.lattice();
        FlopsRegime regime = space.constraints().regime();
        double macs = counter.original().macs();
        parametersPerMac = counter.original().parameters() / macs;
        target = regime.kept() * macs;
        near = NEAR * regime.tolerance() * macs;
        widths = new int[lattice.groups()];
        trial = new int[lattice.groups()];
        tilted = new double[lattice.groups()];
    }

    /** The widths found last; overwritten by the next search. */
    int[] widths() {
        return widths;
    }

    /** Finds the widths at which {@code clip(mean + offset)} is pruned and the target FLOPs are kept, for some mean. */
    void toBudget(double[] offsets) {
        double smallest = offsets[0];
        double largest = offsets[0];
        for (double offset : offsets) {
            smallest = Math.min(smallest, offset);
            largest = Math.max(largest, offset);
        }
        bisectMean(offsets, -largest, 1 - smallest);
    }

    /** FLOPs do not increase in the mean. */
    private void bisectMean(double[] offsets, double from, double to) {
        double low = from;
        double high = to;
        double best = Double.POSITIVE_INFINITY;
        while (best > near && high - low > RESOLUTION) {
            mean = (low + high) / 2;
            for (int group = 0; group < trial.length; group++) {
                trial[group] = lattice.realise(group, mean + offsets[group]);
            }
            double excess = counter.macs(trial) - target;
            if (excess > 0) {
                low = mean;
            } else {
                high = mean;
            }
            best = keepNearer(Math.abs(excess), best);
        }
    }

    private double keepNearer(double miss, double best) {
        if (miss >= best) {
            return best;
        }
        int[] nearer = trial;
        trial = widths;
        widths = nearer;
        return miss;
    }

    /**
     * Finds the widths at which {@code clip(mean + offset + tilt * direction)} is pruned, the target FLOPs are kept and
     * the mCB is met, for some mean and tilt.
     *
     * @param tolerance accepted distance from the mCB; the search stops at a tenth of it or at its finest tilt
     * @return whether some tilt within reach brackets the mCB; if none does, the widths are those of the last one tried
     */
    boolean toMcb(double[] offsets, double[] direction, double mcb, double tolerance) {
        double enough = NEAR * tolerance;
        double low = -TILT;
        while (mcbAt(offsets, direction, low) < mcb - enough) {
            low *= 2;
            if (low < -WIDEST_TILT) {
                return false;
            }
        }
        double high = TILT;
        while (mcbAt(offsets, direction, high) > mcb + enough) {
            high *= 2;
            if (high > WIDEST_TILT) {
                return false;
            }
        }
        bisectTilt(offsets, direction, mcb, enough, low, high);
        return true;
    }

    /**
     * mCB falls as the tilt rises. A step of the tilt moves no offset by more than the step times the direction's
     * largest value, so it moves the mean by no more than that: the mean is sought near the last one only.
     */
    private void bisectTilt(double[] offsets, double[] direction, double mcb, double enough, double from, double to) {
        double steepest = 0;
        for (double value : direction) {
            steepest = Math.max(steepest, Math.abs(value));
        }
        double low = from;
        double high = to;
        double last = to;
        for (int step = 0; step < TILT_STEPS; step++) {
            double tilt = (low + high) / 2;
            double reach = Math.abs(tilt - last) * steepest + SLACK;
            tilt(offsets, direction, tilt);
            bisectMean(tilted, mean - reach, mean + reach);
            double excess = mcb() - mcb;
            if (Math.abs(excess) <= enough) {
                return;
            }
            if (excess > 0) {
                low = tilt;
            } else {
                high = tilt;
            }
            last = tilt;
        }
    }

    /** The mCB at a tilt, at the target FLOPs. */
    double mcbAt(double[] offsets, double[] direction, double tilt) {
        tilt(offsets, direction, tilt);
        toBudget(tilted);
        return mcb();
    }

    private void tilt(double[] offsets, double[] direction, double tilt) {
        for (int group = 0; group < tilted.length; group++) {
            tilted[group] = offsets[group] + tilt * direction[group];
        }
    }

    private double mcb() {
        return counter.count(widths).flopsToParameters() * parametersPerMac;
    }
}
