package espalier.space;

import espalier.cost.Complexity;
import espalier.cost.ComplexityCounter;

/**
 * Integer repair: moves single groups, or pairs of groups where no single one helps, to the next width up or down as
 * long as an objective falls; always by the best move. For one thread.
 */
final class LocalSearch {

    /** What falls: a function of the cost and of the population standard deviation of the ratios. */
    @FunctionalInterface
    interface Objective {
        double at(Complexity cost, double spread);
    }

    private static final int MAX_MOVES = 64;

    private final ComplexityCounter counter;
    private final WidthLattice lattice;
    private final Objective objective;
    private final int[] best;
    private double bestValue;

    LocalSearch(ChannelSpace space, Objective objective) {
        this.counter = space.counter();
        this.lattice = space.lattice();
        this.objective = objective;
        this.best = new int[lattice.groups()];
    }

    /**
     * Changes the widths until the objective is at or below a goal or no move lowers it.
     *
     * @return the objective at the widths
     */
    double descend(int[] widths, double goal) {
        double value = at(widths);
        for (int move = 0; move < MAX_MOVES && value > goal; move++) {
            bestValue = value;
            explore(widths, widths.length, 1);
            if (bestValue >= value) {
                explore(widths, widths.length, 2);
            }
            if (bestValue >= value) {
                return value;
            }
            value = bestValue;
            System.arraycopy(best, 0, widths, 0, widths.length);
        }
        return value;
    }

    double at(int[] widths) {
        return objective.at(counter.count(widths), lattice.spread(widths));
    }

    /** Tries every move of a number of groups that stand before {@code end}; leaves the widths as they were. */
    private void explore(int[] widths, int end, int moves) {
        for (int group = 0; group < end; group++) {
            int width = widths[group];
            widths[group] = lattice.down(group, width);
            tryMove(widths, group, width, moves);
            widths[group] = lattice.up(group, width);
            tryMove(widths, group, width, moves);
            widths[group] = width;
        }
    }

    private void tryMove(int[] widths, int group, int width, int moves) {
        if (widths[group] == width) {
            return;
        }
        if (moves > 1) {
            explore(widths, group, moves - 1);
            return;
        }
        double value = at(widths);
        if (value < bestValue) {
            bestValue = value;
            System.arraycopy(widths, 0, best, 0, widths.length);
        }
    }
}
