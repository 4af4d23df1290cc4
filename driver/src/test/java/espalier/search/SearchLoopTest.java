package espalier.search;

import static espalier.backend.SimulatedBackend.fail;
import static espalier.search.SimulatedStudies.byId;
import static espalier.search.SimulatedStudies.context;
import static espalier.search.SimulatedStudies.measured;
import static espalier.search.SimulatedStudies.run;
import static espalier.search.SimulatedStudies.study;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.backend.SimulatedBackend;
import espalier.backend.TrialLostException;
import espalier.config.StudyConfig;
import espalier.config.StudyConfigReader;
import espalier.recipe.ChannelRecipe;
import espalier.space.RecipeFeatures;
import espalier.table.ComparisonRow;
import espalier.table.RefinementRow;
import espalier.table.SpaceRow;
import espalier.table.StudyRow;
import espalier.table.TrialRow;
import espalier.table.WinnerRow;
import espalier.task.Trial;
import espalier.task.TrialResult;
import espalier.task.TrialStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchLoopTest {
    private static final String YAML = """
            study: simulated
            seed: 5
            data: {format: synthetic, synthetic: {size: 16, train-images: 40, test-images: 10}}
            network: {architecture: resnet-cifar, depth: 14, width: 16}
            space: {flops: 0.5, tolerance: 0.01}
            search: {rounds: 2, trials-per-round: 60, negated-share: 0.25}
            training:
              base: {epochs: 1, seeds: 3}
              fine-tune: {epochs: 1}
              retrain: {epochs: 2, candidates: 2, seeds: 2}
            refine: {draws: 2000}
            """;

    @Test
    void narrowsTheSpaceToAPlantedOptimumAndFindsTheRefinedTrialsBetter() {
        StudyContext study = study(YAML);
        MemoryStore store = run(study, planted(study, 1.05), 2);
        RefinementRow mcb = store.rows(RefinementRow.class).get(0);
        assertThat(mcb.quantity()).isEqualTo("mcb");
        assertThat(mcb.decision()).isEqualTo("narrowed");
        assertThat(mcb.toLow()).isLessThan(1.05);
        assertThat(mcb.toHigh()).isGreaterThan(1.05);
        double low = Objects.requireNonNull(mcb.toLow());
        double high = Objects.requireNonNull(mcb.toHigh());
        assertThat(high - low).isLessThan(0.3);
        List<TrialRow> refined = population(store, SearchSpace.REFINED);
        assertThat(refined)
                .hasSize(45)
                .allSatisfy(row -> assertThat(row.subnetwork().mcb()).isBetween(low, high));
        assertThat(population(store, SearchSpace.NEGATED))
                .hasSize(15)
                .noneMatch(row ->
                        row.subnetwork().mcb() >= low && row.subnetwork().mcb() <= high && inSpreadBand(store, row));
        assertThat(store.rows(ComparisonRow.class))
                .extracting(ComparisonRow::right)
                .containsExactly("negated", "initial");
        assertThat(store.rows(ComparisonRow.class).get(0).verdict()).startsWith("BETTER");
    }

    @Test
    void keepsTheSpaceAndSaysSoWhereNothingIsShown() {
        StudyContext study = study(YAML);
        MemoryStore store = run(study, trial -> measured(trial, 80 + noise(trial)), 2);
        assertThat(store.rows(RefinementRow.class)).allSatisfy(row -> {
            assertThat(row.decision()).isEqualTo("kept");
            assertThat(row.reason()).contains("shown");
        });
        assertThat(population(store, SearchSpace.INITIAL)).hasSize(120);
        StudyConfig refined = refinedConfig(store, 2);
        assertThat(refined.space()).isEqualTo(study.config().space());
        assertThat(refined.parent()).isEqualTo("simulated/round-2");
    }

    @Test
    void narrowsRegardlessWhereTheStudyAsksForIt() {
        StudyContext study = study(YAML.replace("refine: {", "refine: {when: always, "));
        MemoryStore store = run(study, trial -> measured(trial, 80 + noise(trial)), 2);
        assertThat(store.rows(RefinementRow.class).get(0).decision()).isEqualTo("narrowed_regardless");
        assertThat(refinedConfig(store, 1).space().mcb().isAny()).isFalse();
    }

    @Test
    void refinedConfigurationRunsAgainAsItIs() {
        StudyContext study = study(YAML);
        MemoryStore store = run(study, planted(study, 1.05), 2);
        StudyConfig refined = refinedConfig(store, 2);
        assertThat(refined.study()).isEqualTo("simulated-r2");
        StudyContext again = context(refined);
        MemoryStore second = run(again, planted(again, 1.05), 2);
        assertThat(population(second, SearchSpace.INITIAL))
                .hasSizeGreaterThanOrEqualTo(60)
                .allSatisfy(row -> assertThat(row.subnetwork().mcb())
                        .isBetween(
                                refined.space().mcb().low(),
                                refined.space().mcb().high()));
        assertThat(text(store, RefinedConfig.path(2)))
                .contains("# mcb narrowed")
                .contains("# Round's refined trials");
    }

    @Test
    void refiningAgainFromTheTablesComesToTheSameFile() {
        StudyContext study = study(YAML);
        MemoryStore store = run(study, planted(study, 1.05), 2);
        List<TrialRow> trials = new ArrayList<>(store.rows(TrialRow.class));
        Collections.reverse(trials);
        for (int round : new int[] {1, 2}) {
            Refinement again = Refinement.of(study, trials, store.rows(SpaceRow.class), round);
            assertThat(RefinedConfig.write(study, round, again)).isEqualTo(text(store, RefinedConfig.path(round)));
        }
    }

    @Test
    void refiningAgainTakesOtherSettings() {
        StudyContext study = study(YAML);
        MemoryStore store = run(study, trial -> measured(trial, 80 + noise(trial)), 2);
        StudyContext regardless = study(YAML.replace("refine: {", "refine: {when: always, "));
        Refinement refinement = Refinement.of(regardless, store.rows(TrialRow.class), store.rows(SpaceRow.class), 2);
        assertThat(refinement.decisions().get(0).narrowed()).isTrue();
        assertThat(refinement.decisions().get(0).from().low()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void refiningAgainNamesARoundThatWasNotRun() {
        StudyContext study = study(YAML);
        MemoryStore store = run(study, planted(study, 1.0), 2);
        assertThatThrownBy(() -> Refinement.of(study, store.rows(TrialRow.class), store.rows(SpaceRow.class), 3))
                .isInstanceOf(StudyException.class)
                .hasMessage("study simulated has no trials of round 3: give --round a round that is done");
    }

    @Test
    void parallelismChangesNothing() {
        StudyContext study = study(YAML);
        Map<String, TrialRow> one = byId(run(study, planted(study, 1.0), 1));
        Map<String, TrialRow> four = byId(run(study, planted(study, 1.0), 4));
        assertThat(four.keySet()).isEqualTo(one.keySet());
        one.forEach((id, row) -> {
            assertThat(row(four, id).subnetwork()).isEqualTo(row.subnetwork());
            assertThat(row(four, id).accuracy()).isEqualTo(row.accuracy());
        });
    }

    @Test
    void anInterruptedStudyGoesOnAndEndsAsAnUndisturbedOne() {
        StudyContext study = study(YAML);
        Map<String, TrialRow> whole = byId(run(study, planted(study, 1.0), 2));
        MemoryStore store = new MemoryStore();
        Function<Trial, TrialResult> formula = planted(study, 1.0);
        int[] left = {75};
        assertThatThrownBy(() -> run(
                        study,
                        trial -> {
                            if (left[0]-- <= 0) {
                                throw new IllegalStateException("no more");
                            }
                            return formula.apply(trial);
                        },
                        store,
                        1))
                .isInstanceOf(StudyFailedException.class)
                .hasMessage("the cluster cannot go on (no more); what is done is kept: run the same command again");
        int before = store.rows(TrialRow.class).size();
        assertThat(before).isBetween(60, 110);
        SimulatedBackend backend = new SimulatedBackend(2, formula);
        new SearchLoop(study, FirstRound.draw(study), backend, store, Progress.SILENT).run("test");
        backend.close();
        assertThat(backend.submitted()).doesNotHaveDuplicates();
        assertThat(byId(store).keySet()).isEqualTo(whole.keySet());
        byId(store).forEach((id, row) -> assertThat(row.accuracy())
                .isEqualTo(row(whole, id).accuracy()));
        assertThat(store.rows(TrialRow.class)).hasSize(whole.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"round-2-0010", "round-2-0060"})
    void aStudyThatIsToldToStopKeepsWhatIsDoneAndGoesOnLater(String at) throws InterruptedException {
        StudyContext study = study(YAML);
        Function<Trial, TrialResult> formula = planted(study, 1.05);
        Map<String, TrialRow> whole = byId(run(study, formula, 2));
        MemoryStore store = new MemoryStore();
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        SimulatedBackend backend = new SimulatedBackend(2, trial -> {
            if (trial.id().equals(at)) {
                reached.countDown();
                await(never);
            }
            return formula.apply(trial);
        });
        SearchLoop loop = new SearchLoop(study, FirstRound.draw(study), backend, store, Progress.SILENT);
        Thread signal = new Thread(() -> {
            await(reached);
            loop.stop();
        });
        signal.start();
        assertThatThrownBy(() -> loop.run("test")).isInstanceOf(StudyStoppedException.class);
        signal.join();
        never.countDown();
        backend.close();
        assertThat(store.rows(TrialRow.class).size()).isBetween(63, whole.size() - 1);
        assertThat(store.rows(TrialRow.class)).allMatch(row -> row.status() == TrialStatus.COMPLETED);
        run(study, formula, store, 2);
        assertThat(byId(store).keySet()).isEqualTo(whole.keySet());
        byId(store).forEach((id, row) -> assertThat(row.accuracy())
                .isEqualTo(row(whole, id).accuracy()));
    }

    @Test
    void trialsThatFailAreRowsAndTheStudyGoesOn() {
        StudyContext study = study(YAML);
        Function<Trial, TrialResult> formula = planted(study, 1.0);
        MemoryStore store =
                run(study, trial -> trial.id().endsWith("7") ? fail(trial, "diverged") : formula.apply(trial), 2);
        List<TrialRow> failed = store.rows(TrialRow.class).stream()
                .filter(row -> row.status() == TrialStatus.FAILED)
                .toList();
        assertThat(failed).hasSize(12).allSatisfy(row -> {
            assertThat(row.reason()).isEqualTo("diverged");
            assertThat(row.accuracy().drop()).isNull();
        });
        assertThat(store.rows(WinnerRow.class)).isNotEmpty();
    }

    @Test
    void aTrialThatMachinesAreLostOverIsARowToo() {
        StudyContext study = study(YAML);
        Function<Trial, TrialResult> formula = planted(study, 1.0);
        MemoryStore store = run(
                study,
                trial -> {
                    if (trial.id().equals("round-1-0003")) {
                        throw new TrialLostException("executor 7 exited");
                    }
                    return formula.apply(trial);
                },
                2);
        assertThat(row(byId(store), "round-1-0003").reason()).isEqualTo("executor 7 exited");
        assertThat(store.rows(WinnerRow.class)).isNotEmpty();
    }

    @Test
    void originalsThatFailedAreTriedAgain() {
        StudyContext study = study(YAML);
        MemoryStore store = new MemoryStore();
        assertThatThrownBy(() -> run(
                        study,
                        trial -> {
                            throw new TrialLostException("no oneDNN");
                        },
                        store,
                        2))
                .isInstanceOf(StudyFailedException.class)
                .hasMessageContaining("no oneDNN");
        assertThat(store.rows(TrialRow.class)).isEmpty();
        run(study, planted(study, 1.0), store, 2);
        assertThat(store.rows(WinnerRow.class)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void manyRoundsComeToAnEndWhateverTheyShow(int seed) {
        StudyContext study = study(YAML.replace("rounds: 2", "rounds: 5").replace("seed: 5", "seed: " + seed));
        MemoryStore store = run(study, planted(study, 1.05), 2);
        assertThat(store.rows(WinnerRow.class)).isNotEmpty();
        assertThat(store.rows(SpaceRow.class)).extracting(SpaceRow::round).containsExactly(1, 2, 3, 4, 5, 6);
        for (int round = 1; round <= 5; round++) {
            Refinement again = Refinement.of(study, store.rows(TrialRow.class), store.rows(SpaceRow.class), round);
            assertThat(RefinedConfig.write(study, round, again)).isEqualTo(text(store, RefinedConfig.path(round)));
        }
    }

    @Test
    void goesBackWhereTheRefinedSpaceWasWorse() {
        StudyContext study = study(YAML);
        Function<Trial, TrialResult> formula = planted(study, 1.05);
        MemoryStore store = run(
                study,
                trial -> trial.id().startsWith("round-2")
                                && Integer.parseInt(trial.id().substring(8)) <= 45
                        ? measured(trial, 60 + noise(trial))
                        : formula.apply(trial),
                2);
        assertThat(store.rows(ComparisonRow.class).get(0).verdict()).startsWith("WORSE");
        assertThat(store.rows(SpaceRow.class).get(2).spaceId()).isEqualTo("simulated/initial");
        assertThat(store.rows(RefinementRow.class))
                .filteredOn(row -> row.round() == 2)
                .allSatisfy(row -> assertThat(row.decision()).isEqualTo("kept"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mcb: [1.4, .inf]", "mcb: [0, 0.7]", "spread: [0.33, .inf]", "spread: [0, 0.05]"})
    void aBandThatTheGridDoesNotTouchIsSearchedToo(String band) {
        StudyContext study = study(YAML.replace("space: {", "space: {" + band + ", ")
                .replace("trials-per-round: 60", "trials-per-round: 6"));
        MemoryStore store = run(study, trial -> measured(trial, 80 + noise(trial)), 2);
        assertThat(population(store, SearchSpace.INITIAL)).isNotEmpty();
    }

    @Test
    void aStudyOfWhichEveryTrialFailsStopsWithTheReason() {
        StudyContext study = study(YAML);
        assertThatThrownBy(() -> run(
                        study,
                        trial -> trial.id().startsWith("original") ? measured(trial, 90) : fail(trial, "no data"),
                        2))
                .isInstanceOf(StudyFailedException.class)
                .hasMessage("all 60 trials of round 1 failed; the first one: no data");
    }

    @Test
    void everyTrialOfTheSearchLiesInItsSpaceAndIsUnlikeAllOthers() {
        StudyContext study = study(YAML);
        MemoryStore store = run(study, planted(study, 1.0), 2);
        List<TrialRow> search = store.rows(TrialRow.class).stream()
                .filter(row -> row.round() == 1 || row.round() == 2)
                .toList();
        assertThat(search).hasSize(120);
        assertThat(search).extracting(row -> row.subnetwork().recipeId()).doesNotHaveDuplicates();
        assertThat(search)
                .allSatisfy(row -> assertThat(row.subnetwork().flopsKept()).isCloseTo(0.5, within(0.01 + 1e-9)));
    }

    @Test
    void finalRanksOnValidationAndReadsTheTestImagesOnce() {
        StudyContext study = study(YAML);
        SimulatedBackend backend = new SimulatedBackend(2, planted(study, 1.05));
        MemoryStore store = new MemoryStore();
        List<WinnerRow> winners =
                new SearchLoop(study, FirstRound.draw(study), backend, store, Progress.SILENT).run("test");
        backend.close();
        assertThat(backend.submitted().stream().filter(id -> id.startsWith("test-")))
                .containsExactlyInAnyOrder("test-original", "test-winner");
        assertThat(winners)
                .extracting(WinnerRow::candidate)
                .contains("best-1", "best-2", "scratch", "random-best", "uniform");
        assertThat(winners).isSortedAccordingTo((a, b) -> Double.compare(b.validationMean(), a.validationMean()));
        assertThat(winners.get(0).testAccuracy()).isEqualTo(77.0);
        assertThat(winners.get(0).originalTestAccuracy()).isEqualTo(77.0);
        assertThat(winners.subList(1, winners.size()))
                .allSatisfy(row -> assertThat(row.testAccuracy()).isNull());
        assertThat(store.exists(Final.NETWORK)).isTrue();
        assertThat(text(store, Final.RECIPE)).containsPattern("\"stage1-block1-conv1\" : \\d+");
        assertThat(store.rows(StudyRow.class).get(0).baseSeeds()).hasSize(3).doesNotHaveDuplicates();
        assertThat(store.rows(SpaceRow.class)).extracting(SpaceRow::round).containsExactly(1, 2, 3);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean inSpreadBand(MemoryStore store, TrialRow row) {
        RefinementRow spread = store.rows(RefinementRow.class).get(1);
        double low = spread.toLow() == null ? 0 : spread.toLow();
        double high = spread.toHigh() == null ? 1 : spread.toHigh();
        return row.subnetwork().spread() >= low && row.subnetwork().spread() <= high;
    }

    /** Drops grow with the distance of log mCB from an optimum, and with the spread. */
    private static Function<Trial, TrialResult> planted(StudyContext study, double optimum) {
        return trial -> {
            if (!(trial.recipe() instanceof ChannelRecipe recipe)) {
                return measured(trial, 90);
            }
            RecipeFeatures features = study.space().features(recipe);
            double distance = Math.log(features.mcb() / optimum);
            double accuracy = 85 - 150 * distance * distance - 8 * features.spread() + noise(trial);
            return SimulatedBackend.measure(
                    trial, (measured, stage, epochs) -> stage.equals(StudyPlans.TRAINED) ? accuracy : accuracy - 10);
        };
    }

    private static double noise(Trial trial) {
        return 0.3 * new SplittableRandom(trial.seed()).nextDouble(-1, 1);
    }

    private static List<TrialRow> population(MemoryStore store, String name) {
        return store.rows(TrialRow.class).stream()
                .filter(row -> row.population().equals(name))
                .toList();
    }

    private static TrialRow row(Map<String, TrialRow> rows, String id) {
        return Objects.requireNonNull(rows.get(id), id);
    }

    private static StudyConfig refinedConfig(MemoryStore store, int round) {
        return StudyConfigReader.read(text(store, RefinedConfig.path(round)), "refined", Map.of());
    }

    private static String text(MemoryStore store, String file) {
        return new String(store.read(file), StandardCharsets.UTF_8);
    }
}
