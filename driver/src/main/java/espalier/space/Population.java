package espalier.space;

import espalier.recipe.ChannelRecipe;
import java.util.List;

/**
 * Recipes drawn over the cells of a {@link PopulationGrid}.
 *
 * @param members distinct recipes; any first part of them is spread evenly over the cells
 * @param cells how many recipes each cell was to give and gave
 */
public record Population(List<Member> members, List<CellCount> cells) {

    /**
     * A recipe and where it stands in the grid.
     *
     * @param index number within its cell; members of one index share their random direction
     */
    public record Member(ChannelRecipe recipe, PopulationGrid.Cell cell, int index) {}

    /**
     * What became of a cell.
     *
     * @param planned recipes if all cells give their share
     * @param drawn recipes that it gave
     */
    public record CellCount(PopulationGrid.Cell cell, int planned, int drawn) {

        /** Whether the cell gave less than its share. */
        public boolean isShort() {
            return drawn < planned;
        }

        @Override
        public String toString() {
            return cell + ": " + drawn + " of " + planned;
        }
    }

    public Population {
        members = List.copyOf(members);
        cells = List.copyOf(cells);
    }

    public List<ChannelRecipe> recipes() {
        return members.stream().map(Member::recipe).toList();
    }

    /** The cells that the space could not fill; other cells gave their share. */
    public List<CellCount> shortCells() {
        return cells.stream().filter(CellCount::isShort).toList();
    }
}
