package espalier.space;

import espalier.recipe.ChannelRecipe;
import espalier.space.Population.CellCount;
import espalier.space.Population.Member;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A population that covers spread and mCB crosswise, so that the effect of the one can be told from that of the other:
 * recipes of small spread have an mCB near the original's by construction, and plain sampling confounds the two.
 *
 * <p>Each cell is a band of spread and a band of mCB; the trials are shared evenly among the cells. The n-th recipes of
 * all cells share their random direction (common random numbers). The uniform recipe comes first, once: spread 0 is not
 * a row of the grid, for it has one recipe only.
 *
 * @param spreads rows
 * @param mcbs columns
 */
public record PopulationGrid(List<Band> spreads, List<Band> mcbs) {
    private static final Band STANDARD_SPREAD = new Band(0.06, 0.3);
    private static final Band STANDARD_MCB = new Band(0.75, 4.0 / 3);
    private static final int STANDARD_ROWS = 3;
    private static final int STANDARD_COLUMNS = 5;

    /** Targets tried for one index of a cell before it is skipped, and indices skipped in a row before the cell is closed. */
    private static final int TARGETS = 20;

    private static final int SKIPS = 4;

    public PopulationGrid {
        spreads = List.copyOf(spreads);
        mcbs = List.copyOf(mcbs);
        if (spreads.isEmpty() || mcbs.isEmpty()) {
            throw new IllegalArgumentException("population grid has " + spreads.size() + " spread bands and "
                    + mcbs.size() + " mCB bands; give at least one of each");
        }
        spreads.forEach(Draws::requireSpread);
        mcbs.forEach(Draws::requireMcb);
    }

    /**
     * Three bands of spread from 0.06 to 0.30, five of mCB from 0.75 to 1.33 of equal width on a log scale: 40 trials are
     * the uniform recipe and two or three recipes a cell.
     */
    public static PopulationGrid standard() {
        return over(STANDARD_SPREAD, STANDARD_ROWS, STANDARD_MCB, STANDARD_COLUMNS);
    }

    /** Bands of equal width, of mCB on a log scale. */
    public static PopulationGrid over(Band spread, int rows, Band mcb, int columns) {
        Draws.requireMcb(mcb);
        List<Band> logs = split(new Band(Math.log(mcb.low()), Math.log(mcb.high())), columns);
        return new PopulationGrid(
                split(spread, rows),
                logs.stream()
                        .map(log -> new Band(Math.exp(log.low()), Math.exp(log.high())))
                        .toList());
    }

    private static List<Band> split(Band band, int parts) {
        List<Band> split = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            split.add(
                    new Band(band.low() + band.width() * part / parts, band.low() + band.width() * (part + 1) / parts));
        }
        return split;
    }

    /**
     * The cells: the uniform one, then the grid along diagonals, every second one first. So any run of cells is spread
     * over rows and columns, and the cells that get one trial more do not confound the two.
     */
    public List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        cells.add(Cell.UNIFORM);
        for (int parity = 0; parity < 2; parity++) {
            for (int shift = parity; shift < mcbs.size(); shift += 2) {
                for (int row = 0; row < spreads.size(); row++) {
                    cells.add(new Cell(spreads.get(row), mcbs.get((row + shift) % mcbs.size())));
                }
            }
        }
        return cells;
    }

    /** Recipes that each of the {@link #cells} is to give: one the uniform cell, the others equally many or one more. */
    public List<Integer> shares(int trials) {
        int cells = spreads.size() * mcbs.size();
        int shared = Math.max(0, trials - 1);
        List<Integer> shares = new ArrayList<>();
        shares.add(Math.min(1, trials));
        for (int cell = 0; cell < cells; cell++) {
            shares.add(shared / cells + (cell < shared % cells ? 1 : 0));
        }
        return shares;
    }

    /**
     * Draws a population. What a cell cannot give, the others do.
     *
     * @throws SpaceException if all cells together hold fewer distinct recipes
     */
    public Population draw(ChannelSpace space, int trials, long seed) {
        Draws.requireCount(trials);
        Set<ChannelRecipe> taken = new HashSet<>();
        List<Member> members = new ArrayList<>();
        List<Stock> stocks =
                cells().stream().map(cell -> new Stock(space, cell, seed)).toList();
        List<Stock> open = new ArrayList<>(stocks);
        while (members.size() < trials && !open.isEmpty()) {
            Iterator<Stock> turn = open.iterator();
            while (members.size() < trials && turn.hasNext()) {
                Stock stock = turn.next();
                stock.next(taken).ifPresentOrElse(members::add, turn::remove);
            }
        }
        if (members.size() < trials) {
            throw new SpaceException("the population grid reaches no more than " + members.size()
                    + " distinct recipes, but " + trials + " are wanted; widen the FLOPs tolerance of "
                    + Numbers.text(space.constraints().regime().tolerance())
                    + " or the grid's bands, or ask for fewer");
        }
        return new Population(members, count(stocks, shares(trials)));
    }

    private static List<CellCount> count(List<Stock> stocks, List<Integer> shares) {
        List<CellCount> counts = new ArrayList<>();
        for (int cell = 0; cell < stocks.size(); cell++) {
            counts.add(new CellCount(stocks.get(cell).cell, shares.get(cell), stocks.get(cell).drawn));
        }
        return counts;
    }

    /** The recipes that are left in one cell. */
    private static final class Stock {
        private final ChannelSpace space;
        private final Cell cell;
        private final long seed;
        private int index;
        private int drawn;

        Stock(ChannelSpace space, Cell cell, long seed) {
            this.space = space;
            this.cell = cell;
            this.seed = seed;
        }

        /** The next new recipe, or nothing if the cell seems to have no more. */
        Optional<Member> next(Set<ChannelRecipe> taken) {
            for (int skipped = 0; skipped <= SKIPS; skipped++) {
                int current = index++;
                for (int attempt = 0; attempt < TARGETS; attempt++) {
                    Optional<ChannelRecipe> recipe = sample(Draws.seed(seed, current), attempt);
                    if (recipe.isPresent() && taken.add(recipe.get())) {
                        drawn++;
                        return Optional.of(new Member(recipe.get(), cell, current));
                    }
                }
            }
            return Optional.empty();
        }

        private Optional<ChannelRecipe> sample(long direction, int attempt) {
            return cell.equals(Cell.UNIFORM)
                    ? new SpreadSampler(space, 0).sample(direction)
                    : new BandSampler(space, cell.spread(), cell.mcb())
                            .sample(direction, Draws.seed(direction, attempt));
        }
    }

    /**
     * One combination of a band of spread and a band of mCB.
     *
     * @param spread of a recipe's ratios
     * @param mcb mean computation budget
     */
    public record Cell(Band spread, Band mcb) {
        /** The uniform recipe; spread 0 but for rounding to whole channels. */
        public static final Cell UNIFORM = new Cell(new Band(0, 0), Band.UNBOUNDED);

        @Override
        public String toString() {
            return equals(UNIFORM) ? "uniform" : "spread " + spread + ", mCB " + mcb;
        }
    }
}
