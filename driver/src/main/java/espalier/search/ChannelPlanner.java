package espalier.search;

import espalier.config.SearchConfig;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.Recipe;
import espalier.space.Band;
import espalier.space.BandSampler;
import espalier.space.ChannelSpace;
import espalier.space.ParentMutation;
import espalier.space.Population;
import espalier.space.Population.CellCount;
import espalier.space.PopulationGrid;
import espalier.space.PruningSpace;
import espalier.space.RecipeSampler;
import espalier.space.SpaceException;
import espalier.space.SpaceSampler;
import espalier.space.SpreadSampler;
import espalier.space.UniformRejection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Draws recipes of channels as the configuration asks. */
final class ChannelPlanner implements Planner {
    /** Standard deviation of a change to the share of channels that a group keeps. */
    private static final double MUTATION_STRENGTH = 0.05;

    /** Spreads of recipes of any network: keep-ratios lie in [0, 1]. */
    private static final Band SPREADS = new Band(0, 0.5);

    private final SearchConfig search;
    private final Set<ChannelRecipe> known = new LinkedHashSet<>();
    private final List<String> remarks = new ArrayList<>();

    ChannelPlanner(SearchConfig search) {
        this.search = search;
    }

    @Override
    public List<Recipe> draw(PruningSpace space, int count, long seed, List<Recipe> parents) {
        List<ChannelRecipe> channels =
                parents.stream().map(ChannelRecipe.class::cast).toList();
        return List.copyOf(draw((ChannelSpace) space, count, seed, channels));
    }

    /** The mutation sampler draws from the grid where there are no parents. */
    private List<ChannelRecipe> draw(ChannelSpace space, int count, long seed, List<ChannelRecipe> parents) {
        List<ChannelRecipe> recipes =
                switch (search.sampler()) {
                    case GRID -> grid(space, count, seed);
                    case UNIFORM -> sample(space, List.of(new UniformRejection(space)), count, seed);
                    case SPREAD -> sample(space, spreads(space), count, seed);
                    case MCB -> sample(space, List.of(bandSampler(space)), count, seed);
                    case MUTATION ->
                        parents.isEmpty()
                                ? grid(space, count, seed)
                                : sample(space, mutations(space, parents), count, seed);
                };
        known.addAll(recipes);
        return recipes;
    }

    /** The grid, or where its cells hold too few recipes of a narrow space, whatever the samplers still find in it. */
    private List<ChannelRecipe> grid(ChannelSpace space, int count, long seed) {
        PopulationGrid grid = new PopulationGrid(spreadCells(space), mcbCells(space));
        int drawn = (int) known.stream().filter(space::contains).count();
        try {
            Population population = grid.draw(space, count + drawn, seed);
            if (drawn == 0) {
                remark(population.shortCells());
            }
            List<ChannelRecipe> recipes = new ArrayList<>(population.recipes());
            recipes.removeAll(known);
            return List.copyOf(recipes.subList(0, count));
        } catch (SpaceException e) {
            List<RecipeSampler> samplers = new ArrayList<>(spreads(space));
            samplers.add(bandSampler(space));
            samplers.add(new UniformRejection(space));
            return sample(space, samplers, count, seed);
        }
    }

    private void remark(List<CellCount> shortCells) {
        if (!shortCells.isEmpty()) {
            remarks.add("the space holds too little for cells of the grid, whose share the others give ("
                    + shortCells.stream().map(CellCount::toString).collect(Collectors.joining("; ")) + ")");
        }
    }

    @Override
    public List<String> takeRemarks() {
        List<String> taken = List.copyOf(remarks);
        remarks.clear();
        return taken;
    }

    private List<ChannelRecipe> sample(ChannelSpace space, List<RecipeSampler> samplers, int count, long seed) {
        return new SpaceSampler(space, samplers, search.maxAttempts())
                .draw(count, seed, known)
                .recipes();
    }

    private List<RecipeSampler> spreads(ChannelSpace space) {
        List<RecipeSampler> samplers = new ArrayList<>();
        for (Band cell : spreadCells(space)) {
            samplers.add(new SpreadSampler(space, (cell.low() + cell.high()) / 2));
        }
        return samplers;
    }

    private BandSampler bandSampler(ChannelSpace space) {
        return new BandSampler(space, whole(spreadCells(space)), whole(mcbCells(space)));
    }

    private static List<RecipeSampler> mutations(ChannelSpace space, List<ChannelRecipe> parents) {
        List<RecipeSampler> samplers = new ArrayList<>();
        parents.forEach(parent -> samplers.add(new ParentMutation(space, parent, MUTATION_STRENGTH)));
        return samplers;
    }

    private List<Band> spreadCells(ChannelSpace space) {
        return cells(search.spreadGrid(), space.constraints().bands().spread(), () -> SPREADS);
    }

    private List<Band> mcbCells(ChannelSpace space) {
        return cells(search.mcbGrid(), space.constraints().bands().mcb(), space::mcbRange);
    }

    /**
     * The bands between the edges; as many of equal width inside the space's own band, where that is narrower.
     *
     * @param edges ascending
     * @param own the space's band
     * @param reach what the space's recipes reach, for an own band that none of the edges touches
     */
    private static List<Band> cells(List<Double> edges, Band own, Supplier<Band> reach) {
        Band all = new Band(Collections.min(edges), Collections.max(edges));
        Band inside = own.intersect(all).orElseGet(() -> within(own, reach.get()));
        int count = edges.size() - 1;
        List<Band> cells = new ArrayList<>();
        for (int cell = 0; cell < count; cell++) {
            cells.add(
                    inside.equals(all)
                            ? new Band(edges.get(cell), edges.get(cell + 1))
                            : new Band(
                                    inside.low() + inside.width() * cell / count,
                                    inside.low() + inside.width() * (cell + 1) / count));
        }
        return cells;
    }

    /** The part of the band that is within reach; its nearer end where none is. */
    private static Band within(Band own, Band reach) {
        return new Band(
                Math.max(own.low(), Math.min(reach.low(), own.high())),
                Math.min(own.high(), Math.max(reach.high(), own.low())));
    }

    private static Band whole(List<Band> cells) {
        return new Band(cells.get(0).low(), cells.get(cells.size() - 1).high());
    }
}
