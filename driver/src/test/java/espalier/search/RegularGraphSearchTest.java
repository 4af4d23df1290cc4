package espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import espalier.backend.SimulatedBackend;
import espalier.config.StudyConfig;
import espalier.config.StudyConfigReader;
import espalier.recipe.RegularGraphRecipe;
import espalier.recipe.RegularGraphRecipe.Arrangement;
import espalier.space.RegularGraphSpace;
import espalier.table.ComparisonRow;
import espalier.table.RefinementRow;
import espalier.table.SpaceRow;
import espalier.table.TrialRow;
import espalier.table.WinnerRow;
import espalier.task.Phase;
import espalier.task.Trial;
import espalier.task.TrialResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RegularGraphSearchTest {
    private static final String YAML = """
            study: graphs
            output: nowhere
            data: {format: synthetic, augmentation: {pad: 0}}
            network: {architecture: resnet-cifar, depth: 8, width: 16}
            space: {method: regular-graph, graph: {nodes: 16, degree: 4, swaps: 2000}}
            search: {rounds: 2, trials-per-round: 40, controls: 8}
            training:
              base: {epochs: 2, seeds: 1}
              fine-tune: {epochs: 3}
              retrain: {epochs: 2, candidates: 2, seeds: 2}
            """;

    @Test
    void theBandNarrowsToShortPathsWhereTheyAreBetter() {
        MemoryStore store = run(study -> accuracy(study, 10));
        RefinementRow row = store.rows(RefinementRow.class).get(0);
        assertThat(row.quantity()).isEqualTo(RegularGraphSpace.ASPL);
        assertThat(row.decision()).isEqualTo("narrowed");
        assertThat(row.statistic()).isEqualTo("slope of drop on aspl (regression)");
        assertThat(row.reason()).startsWith("less aspl is better; the best trials lie in [");
        double high = Objects.requireNonNull(row.toHigh());
        assertThat(high).isLessThan(2.1);
        List<TrialRow> refined = population(store, SearchSpace.REFINED);
        assertThat(refined).hasSize(30).allMatch(trial -> aspl(trial) <= high);
        assertThat(population(store, SearchSpace.NEGATED)).hasSize(10).allMatch(trial -> aspl(trial) > high);
    }

    @Test
    void theBandStaysWherePathsDoNotMatter() {
        MemoryStore store = run(study -> accuracy(study, 0));
        assertThat(store.rows(RefinementRow.class))
                .allSatisfy(row -> assertThat(row.decision()).isEqualTo("kept"));
        assertThat(population(store, SearchSpace.INITIAL)).hasSize(80);
    }

    @Test
    void controlsCostTheSameAndAreComparedAndRetrained() {
        MemoryStore store = run(study -> accuracy(study, 10));
        assertThat(store.rows(ComparisonRow.class))
                .extracting(ComparisonRow::right)
                .contains("random-graph", "shuffled", "scattered", SearchSpace.NEGATED);
        List<TrialRow> shuffled = population(store, "shuffled");
        TrialRow own = population(store, SearchSpace.INITIAL).get(0);
        assertThat(shuffled).hasSize(8).allSatisfy(trial -> {
            assertThat(trial.trialId()).startsWith("round-1-shuffled-");
            assertThat(((RegularGraphRecipe) TrialRows.recipe(trial)).arrangement())
                    .isEqualTo(Arrangement.SHUFFLED);
            assertThat(trial.subnetwork().flops()).isEqualTo(own.subnetwork().flops());
        });
        List<WinnerRow> winners = store.rows(WinnerRow.class);
        assertThat(winners)
                .extracting(WinnerRow::candidate)
                .contains("best-1", "best-2", "random-graph", "shuffled", "scattered")
                .doesNotContain("scratch", "uniform");
    }

    @Test
    void trialsBeginWithWeightsOfTheirOwnAndKeepTheirZeros() {
        MemoryStore store = new MemoryStore();
        StudyContext study = SimulatedStudies.study(YAML);
        SimulatedStudies.run(
                study,
                trial -> {
                    if (trial.recipe() instanceof RegularGraphRecipe) {
                        assertThat(trial.phases()).first().isEqualTo(new Phase.FreshWeights());
                        assertThat(trial.phases())
                                .filteredOn(Phase.Train.class::isInstance)
                                .allMatch(phase -> ((Phase.Train) phase).plan().keepsZeros());
                    } else {
                        assertThat(trial.phases())
                                .filteredOn(Phase.Train.class::isInstance)
                                .noneMatch(phase -> ((Phase.Train) phase).plan().keepsZeros());
                    }
                    return accuracy(study, 5).apply(trial);
                },
                store,
                2);
        assertThat(store.rows(TrialRow.class)).hasSizeGreaterThan(100);
    }

    @Test
    void theRefinedConfigurationRunsAgainAsItIs() {
        MemoryStore store = run(study -> accuracy(study, 10));
        String text = new String(store.read(RefinedConfig.path(1)), StandardCharsets.UTF_8);
        StudyConfig refined = StudyConfigReader.read(text, "refined", Map.of());
        assertThat(refined.space().graph().aspl().high())
                .isEqualTo(store.rows(RefinementRow.class).get(0).toHigh());
        MemoryStore second = new MemoryStore();
        StudyContext study = SimulatedStudies.context(refined);
        SimulatedStudies.run(study, accuracy(study, 10), second, 2);
        assertThat(population(second, SearchSpace.INITIAL))
                .allMatch(trial -> aspl(trial) <= refined.space().graph().aspl().high() + 1e-9);
    }

    @Test
    void aRefinementIsTheSameFromTheTables() {
        StudyContext study = SimulatedStudies.study(YAML);
        MemoryStore store = new MemoryStore();
        SimulatedStudies.run(study, accuracy(study, 10), store, 3);
        Refinement again = Refinement.of(study, store.rows(TrialRow.class), store.rows(SpaceRow.class), 1);
        assertThat(RefinedConfig.write(study, 1, again))
                .isEqualTo(new String(store.read(RefinedConfig.path(1)), StandardCharsets.UTF_8));
    }

    private static MemoryStore run(Function<StudyContext, Function<Trial, TrialResult>> surface) {
        MemoryStore store = new MemoryStore();
        StudyContext study = SimulatedStudies.study(YAML);
        SimulatedStudies.run(study, surface.apply(study), store, 2);
        return store;
    }

    /** Falls with the length of the paths; controls are a little worse than any graph. */
    private static Function<Trial, TrialResult> accuracy(StudyContext study, double slope) {
        return trial -> {
            double noise = new SplittableRandom(trial.seed()).nextDouble(-0.5, 0.5);
            if (!(trial.recipe() instanceof RegularGraphRecipe recipe)) {
                return SimulatedStudies.measured(trial, 90);
            }
            double aspl = study.space().features(recipe).own().getOrDefault(RegularGraphSpace.ASPL, 0.0);
            double control = recipe.arrangement() == Arrangement.GRAPH ? 0 : 3;
            return SimulatedBackend.measure(
                    trial, (measured, stage, epochs) -> 88 - slope * (aspl - 1.7) - control + noise);
        };
    }

    private static double aspl(TrialRow trial) {
        return trial.subnetwork().feature(RegularGraphSpace.ASPL);
    }

    private static List<TrialRow> population(MemoryStore store, String name) {
        return store.rows(TrialRow.class).stream()
                .filter(row -> row.population().equals(name))
                .toList();
    }
}
