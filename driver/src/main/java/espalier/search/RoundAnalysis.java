package espalier.search;

import espalier.config.RefineConfig;
import espalier.refine.Bootstrap;
import espalier.refine.Comparison;
import espalier.refine.Evidence;
import espalier.refine.OptimumTest;
import espalier.refine.PermutationTest;
import espalier.refine.PopulationTest;
import espalier.refine.RangeDecision;
import espalier.refine.RangeDecision.Range;
import espalier.refine.SpaceRefiner;
import espalier.space.Band;
import espalier.space.PruningSpace;
import espalier.table.TrialRow;
import espalier.task.TrialStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the trials of a study show so far: which part of the space is better, and whether a refined space kept its promise.
 */
final class RoundAnalysis {
    private static final int PERMUTATIONS = 10_000;

    /** Fewer trials of a population are not compared. */
    private static final int LEAST_TRIALS = 2;

    private final RefineConfig config;
    private final long seed;

    /** An analysis by the study's own settings; the seed is that of all bootstraps and permutations. */
    public RoundAnalysis(RefineConfig config, long seed) {
        this.config = config;
        this.seed = seed;
    }

    /**
     * Two populations compared.
     *
     * @param left the refined one
     * @param right what it is compared with
     * @param comparison what the trials show, of left against right
     */
    public record NamedComparison(String left, String right, Comparison comparison) {}

    /**
     * Which ranges of mCB and spread to keep.
     *
     * @param trials every trial of the search so far; those that were not measured, or lie outside of the space, are left out
     * @param space to be refined
     */
    public List<RangeDecision> decide(PruningMethod method, List<TrialRow> trials, PruningSpace space) {
        List<TrialRow> measured = measured(trials).stream()
                .filter(row -> SearchSpace.isOwn(row.population()) && space.contains(TrialRows.recipe(row)))
                .toList();
        return method.decide(measured, space, config, seed);
    }

    /** Who decides on ranges, by a study's settings. */
    static SpaceRefiner refiner(RefineConfig config, long seed) {
        return new SpaceRefiner(
                new OptimumTest(OptimumTest.DEFAULT_RESAMPLES, config.confidence(), seed),
                new Bootstrap(config.draws(), config.confidence(), seed),
                SpaceRefiner.When.valueOf(config.when().name()));
    }

    /** The decisions where a space is not to be narrowed. */
    static List<RangeDecision> keep(PruningSpace space, String reason) {
        List<RangeDecision> decisions = new ArrayList<>();
        space.bands().forEach((quantity, band) -> decisions.add(SpaceRefiner.kept(quantity, range(band), reason)));
        return decisions;
    }

    /**
     * The own population of a round against the others: a refined one against its negated one, the first round's and the controls, that of the first
     * round against the controls. Holm's correction is over all of them. Populations that are too small are left out.
     */
    public List<NamedComparison> compare(List<TrialRow> trials, int round) {
        boolean isRefined = trials.stream().anyMatch(row -> row.round() == round && is(row, SearchSpace.REFINED));
        String own = isRefined ? SearchSpace.REFINED : SearchSpace.INITIAL;
        double[] left = drops(trials, row -> row.round() == round && is(row, own));
        List<String> names = new ArrayList<>();
        List<Evidence> family = new ArrayList<>();
        PopulationTest test = new PopulationTest(
                new Bootstrap(config.draws(), config.confidence(), seed), new PermutationTest(PERMUTATIONS, seed));
        for (String other : others(trials, own)) {
            double[] drops = drops(
                    trials, row -> is(row, other) && (row.round() == round || !other.equals(SearchSpace.NEGATED)));
            if (Math.min(left.length, drops.length) >= LEAST_TRIALS) {
                names.add(other);
                family.add(test.measure(left, drops, Math.min(left.length, drops.length)));
            }
        }
        List<NamedComparison> named = new ArrayList<>();
        if (!family.isEmpty()) {
            List<Comparison> comparisons = test.decide(family);
            for (int i = 0; i < names.size(); i++) {
                named.add(new NamedComparison(own, names.get(i), comparisons.get(i)));
            }
        }
        return named;
    }

    private static List<String> others(List<TrialRow> trials, String own) {
        List<String> others = new ArrayList<>();
        if (own.equals(SearchSpace.REFINED)) {
            others.addAll(List.of(SearchSpace.NEGATED, SearchSpace.INITIAL));
        }
        trials.stream()
                .map(TrialRow::population)
                .filter(population -> !SearchSpace.isOwn(population))
                .distinct()
                .sorted()
                .forEach(others::add);
        return others;
    }

    /** Trials of the search that completed, no controls: those that came furthest first, and of these the least drop. */
    public static List<TrialRow> best(List<TrialRow> trials) {
        return trials.stream()
                .filter(row -> row.status() == TrialStatus.COMPLETED
                        && row.accuracy().drop() != null
                        && SearchSpace.isOwn(row.population()))
                .sorted(Comparator.comparingInt(TrialRow::epochs)
                        .reversed()
                        .thenComparing(
                                row -> Objects.requireNonNull(row.accuracy().drop()))
                        .thenComparing(TrialRow::trialId))
                .toList();
    }

    /** The drop that all trials have been measured for, also those that were stopped early; tables of older versions have one alone. */
    private static @Nullable Double comparable(TrialRow row) {
        Double comparable = row.accuracy().comparableDrop();
        return comparable == null ? row.accuracy().drop() : comparable;
    }

    static double drop(TrialRow row) {
        return Objects.requireNonNull(comparable(row));
    }

    static Band band(Range range) {
        return new Band(range.low(), range.high());
    }

    static Range range(Band band) {
        return new Range(band.low(), band.high());
    }

    private static boolean is(TrialRow row, String population) {
        return row.population().equals(population);
    }

    private static double[] drops(List<TrialRow> trials, Predicate<TrialRow> wanted) {
        return values(measured(trials).stream().filter(wanted).toList(), RoundAnalysis::drop);
    }

    private static List<TrialRow> measured(List<TrialRow> trials) {
        return trials.stream().filter(row -> comparable(row) != null).toList();
    }

    static double[] values(List<TrialRow> trials, ToDoubleFunction<TrialRow> value) {
        return trials.stream().mapToDouble(value).toArray();
    }
}
