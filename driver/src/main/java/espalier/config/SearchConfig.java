package espalier.config;

import java.util.List;

/** How recipes are drawn from the space, and how many are tried. */
public record SearchConfig(
        @Key(
                doc = "rounds of trials; between two of them the space may be narrowed",
                allowed = "[1, 100]",
                defaultsTo = "2")
        int rounds,

        @Key(doc = "subnetworks that one round tries", allowed = "[1, 100000]", defaultsTo = "40")
        int trialsPerRound,

        @Key(
                doc =
                        "how recipes are drawn: grid crosses both grids, uniform draws ratios alike, spread and mcb fill their grids, mutation changes the best",
                defaultsTo = "grid")
        Sampler sampler,

        @Key(
                doc =
                        "edges of the grid's bands of spread, the standard deviation of a recipe's ratios; rising, at least two",
                allowed = "[0, 1]",
                defaultsTo = "[0.06, 0.14, 0.22, 0.3]")
        List<Double> spreadGrid,

        @Key(
                doc =
                        "edges of the grid's bands of mean computation budget, the original network having 1; rising, at least two",
                allowed = "(0, inf)",
                defaultsTo = "[0.75, 0.84, 0.94, 1.06, 1.19, 1.33]")
        List<Double> mcbGrid,

        @Key(
                doc =
                        "trials of each control that the first round tries beside its own: recipes of the same cost that need no search",
                allowed = "[0, 100000]",
                defaultsTo = "0")
        int controls,

        @Key(
                doc = "share of a later round's trials that is drawn from outside of the refined band, as a control",
                allowed = "[0, 1)",
                defaultsTo = "0.25")
        double negatedShare,

        @Key(
                doc = "recipes to draw for one trial before its place in the space is called empty",
                allowed = "[1, 1000000000]",
                defaultsTo = "10000")
        int maxAttempts,

        @Key(
                doc =
                        "seconds that one training may take, the original's and the winner's too; a trial on rungs has as many for each of them",
                allowed = "[1, 1000000]",
                defaultsTo = "3600",
                presentation = true)
        int timeLimit) {

    private static final Section KEYS = Section.of(SearchConfig.class);

    /** How recipes are drawn. */
    public enum Sampler {
        GRID,
        UNIFORM,
        SPREAD,
        MCB,
        MUTATION
    }

    /** @throws IllegalArgumentException if a value is out of range */
    public SearchConfig {
        spreadGrid = List.copyOf(spreadGrid);
        mcbGrid = List.copyOf(mcbGrid);
        KEYS.check(
                rounds, trialsPerRound, sampler, spreadGrid, mcbGrid, controls, negatedShare, maxAttempts, timeLimit);
        requireEdges("spread-grid", spreadGrid);
        requireEdges("mcb-grid", mcbGrid);
    }

    private static void requireEdges(String key, List<Double> edges) {
        boolean rising = edges.stream().sorted().distinct().toList().equals(edges);
        if (edges.size() < 2 || !rising) {
            throw new InvalidKeyException(
                    key, "is %s, must hold at least two numbers that rise: the edges of bands".formatted(edges));
        }
    }
}
