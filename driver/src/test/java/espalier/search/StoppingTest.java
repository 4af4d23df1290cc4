package espalier.search;

import static espalier.search.SimulatedStudies.byId;
import static espalier.search.SimulatedStudies.run;
import static espalier.search.SimulatedStudies.study;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import espalier.backend.SimulatedBackend;
import espalier.table.CorrelationRow;
import espalier.table.RungRow;
import espalier.table.TrialRow;
import espalier.table.WinnerRow;
import espalier.task.Phase;
import espalier.task.Trial;
import espalier.task.TrialResult;
import espalier.task.TrialStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoppingTest {
    private static final String YAML = """
            study: simulated
            seed: 5
            data: {format: synthetic, synthetic: {size: 16, train-images: 40, test-images: 10}}
            network: {architecture: resnet-cifar, depth: 14, width: 16}
            space: {flops: 0.5, tolerance: 0.01}
            search: {rounds: 2, trials-per-round: 54}
            stopping: {rule: halving}
            training:
              base: {epochs: 1, seeds: 1}
              fine-tune: {epochs: 9}
              retrain: {epochs: 2, candidates: 2, seeds: 1}
            refine: {draws: 1000}
            """;

    @Test
    void theBestOfEachRungGoOnAndEveryTrialIsARow() {
        MemoryStore store = run(study(YAML), climbing(0.2), 3);
        List<TrialRow> round = round(store, 1);
        assertThat(round).hasSize(54);
        Map<Integer, Long> epochs =
                round.stream().collect(Collectors.groupingBy(TrialRow::epochs, Collectors.counting()));
        assertThat(epochs).containsOnlyKeys(0, 1, 3, 9);
        assertThat(epochs.get(9)).isBetween(2L, 5L);
        assertThat(epochs.get(0)).isBetween(30L, 36L);
        assertThat(round).allSatisfy(row -> {
            assertThat(row.status()).isEqualTo(TrialStatus.COMPLETED);
            assertThat(row.accuracy().comparableDrop())
                    .isEqualTo(90 - Objects.requireNonNull(row.accuracy().accuracyRecalibrated()));
        });
        // The best by the formula came to the end, and to the final.
        TrialRow best = RoundAnalysis.best(round).get(0);
        assertThat(best.epochs()).isEqualTo(9);
        assertThat(rungs(store, best.trialId())).extracting(RungRow::epochs).containsExactly(0, 1, 3, 9);
        assertThat(store.rows(WinnerRow.class)).extracting(WinnerRow::trialId).contains(best.trialId());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{rule: halving}", "{rule: halving, untrained-rung: false}", "{rule: median}", "{rule: none}"})
    void theSameTrialsGoOnWhateverRunsAtATime(String stopping) {
        String yaml = YAML.replace("{rule: halving}", stopping);
        MemoryStore one = run(study(yaml), climbing(0.2), 1);
        MemoryStore many = run(study(yaml), slowed(climbing(0.2)), 7);
        assertThat(byId(many)).isEqualTo(byId(one));
        assertThat(many.rows(CorrelationRow.class)).isEqualTo(one.rows(CorrelationRow.class));
    }

    @Test
    void aFinalWithoutTrainingHasAWinner() {
        MemoryStore store = run(study(YAML.replace("retrain: {epochs: 2", "retrain: {epochs: 0")), climbing(0.2), 3);
        assertThat(store.rows(WinnerRow.class)).extracting(WinnerRow::chosen).contains(true);
        assertThat(store.rows(TrialRow.class).stream()
                        .filter(row -> row.population().equals(Final.POPULATION)))
                .isNotEmpty()
                .allSatisfy(
                        row -> assertThat(row.accuracy().accuracyFineTuned()).isNotNull());
    }

    @Test
    void medianStoppingLetsAboutHalfOfEachRungGoOn() {
        MemoryStore store = run(study(YAML.replace("{rule: halving}", "{rule: median, warmup: 4}")), climbing(0.2), 3);
        long trained = round(store, 1).stream().filter(row -> row.epochs() > 0).count();
        assertThat(trained).isBetween(20L, 36L);
        assertThat(store.rows(CorrelationRow.class)).isNotEmpty().allSatisfy(row -> {
            assertThat(row.eta()).isNull();
            assertThat(row.decision()).isEqualTo("measured");
        });
    }

    @Test
    void correlationOfRungsIsMeasuredWhereNothingIsStopped() {
        MemoryStore store = run(study(YAML.replace("{rule: halving}", "{rule: none}")), climbing(0.2), 3);
        assertThat(store.rows(CorrelationRow.class)).hasSize(2).allSatisfy(row -> {
            assertThat(row.nextEpochs()).isEqualTo(9);
            assertThat(row.pairs()).isEqualTo(54);
            assertThat(row.observedTau()).isCloseTo(row.tau(), within(1e-9)).isGreaterThan(0.5);
        });
    }

    @Test
    void aRungThatPredictsNothingLetsMoreTrialsOnInTheNextRound() {
        MemoryStore store = run(study(YAML.replace("54", "120")), climbing(30), 3);
        CorrelationRow first = store.rows(CorrelationRow.class).stream()
                .filter(row -> row.rung() == 0 && row.round() == 1)
                .findFirst()
                .orElseThrow();
        assertThat(first.high()).isLessThan(0.5);
        assertThat(first.eta()).isEqualTo(3);
        assertThat(first.nextEta()).isIn(1.0, 1.5);
        assertThat(first.decision()).containsAnyOf("widened", "dropped");
        long before = trained(store, 1);
        long after = trained(store, 2);
        assertThat(before).isBetween(40L, 50L);
        assertThat(after).isGreaterThanOrEqualTo(80L);
    }

    @Test
    void aRoundThatWasInterruptedGoesOnWhereEachTrialStood() {
        MemoryStore whole = run(study(YAML), climbing(0.2), 2);
        MemoryStore store = new MemoryStore();
        AtomicInteger steps = new AtomicInteger();
        assertThatThrownBy(() -> run(
                        study(YAML),
                        trial -> {
                            if (steps.incrementAndGet() > 70) {
                                throw new IllegalStateException("the driver is gone");
                            }
                            return climbing(0.2).apply(trial);
                        },
                        store,
                        2))
                .isInstanceOf(StudyFailedException.class);
        List<RungRow> done = store.rows(RungRow.class);
        assertThat(done).hasSizeBetween(60, 71);
        Map<String, Integer> again = new ConcurrentHashMap<>();
        run(
                study(YAML),
                trial -> {
                    again.merge(trial.title(), 1, Integer::sum);
                    return climbing(0.2).apply(trial);
                },
                store,
                2);
        assertThat(byId(store)).isEqualTo(byId(whole));
        assertThat(store.rows(RungRow.class)).hasSameSizeAs(whole.rows(RungRow.class));
        assertThat(again.values()).containsOnly(1);
        assertThat(done)
                .noneMatch(row ->
                        again.containsKey("study simulated, round 1, rung " + row.rung() + ": trial " + row.trialId()));
    }

    @Test
    void eachRungGoesOnFromTheCheckpointOfTheOneBelowAndTheRoundLeavesNone() {
        Map<String, Trial> tasks = new ConcurrentHashMap<>();
        MemoryStore store = new MemoryStore();
        store.write("checkpoints/round-1-0001-rung-1", new byte[1]);
        run(
                study(YAML),
                trial -> {
                    tasks.put(trial.title(), trial);
                    return climbing(0.2).apply(trial);
                },
                store,
                3);
        TrialRow best = RoundAnalysis.best(round(store, 1)).get(0);
        Trial second = Objects.requireNonNull(tasks.get("study simulated, round 1, rung 2: trial " + best.trialId()));
        Phase.Resume resume = (Phase.Resume) second.phases().get(0);
        assertThat(resume.checkpoint().location()).startsWith("memory/checkpoints/" + best.trialId() + "-rung-1-");
        assertThat(second.timeLimitSeconds())
                .isEqualTo(3L * study(YAML).config().search().timeLimit());
        assertThat(resume.otherwise())
                .extracting(phase -> phase.getClass().getSimpleName())
                .containsExactly("InheritWeights", "Recalibrate", "Train");
        assertThat(store.exists("checkpoints/round-1-0001-rung-1")).isFalse();
    }

    @Test
    void aTrialThatFailsOnItsWayIsARowAndNobodyWaitsForIt() {
        MemoryStore store = run(
                study(YAML),
                trial -> trial.title().contains("rung 1") && trial.id().endsWith("3")
                        ? SimulatedBackend.fail(trial, "diverged")
                        : climbing(0.2).apply(trial),
                3);
        List<TrialRow> failed = round(store, 1).stream()
                .filter(row -> row.status() == TrialStatus.FAILED)
                .toList();
        assertThat(failed).isNotEmpty().allSatisfy(row -> {
            assertThat(row.reason()).isEqualTo("diverged");
            assertThat(row.accuracy().accuracyRecalibrated()).isNotNull();
            assertThat(row.accuracy().drop()).isNull();
            assertThat(row.accuracy().comparableDrop()).isNotNull();
        });
    }

    private static long trained(MemoryStore store, int round) {
        return round(store, round).stream().filter(row -> row.epochs() > 0).count();
    }

    private static List<TrialRow> round(MemoryStore store, int round) {
        return store.rows(TrialRow.class).stream()
                .filter(row -> row.round() == round)
                .toList();
    }

    private static List<RungRow> rungs(MemoryStore store, String trial) {
        return store.rows(RungRow.class).stream()
                .filter(row -> row.trialId().equals(trial))
                .toList();
    }

    /** Arrives in another order than it was asked for. */
    private static Function<Trial, TrialResult> slowed(Function<Trial, TrialResult> formula) {
        return trial -> {
            try {
                Thread.sleep(new SplittableRandom(trial.seed()).nextInt(4));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return formula.apply(trial);
        };
    }

    /**
     * Accuracies that grow with the epochs and come closer to what the seed says a trial is worth.
     *
     * @param noise of rung 0, points; it falls with the epochs
     */
    private static Function<Trial, TrialResult> climbing(double noise) {
        return trial -> SimulatedBackend.measure(trial, (measured, stage, epochs) -> accuracy(measured, epochs, noise));
    }

    private static double accuracy(Trial trial, int epochs, double noise) {
        if (trial.id().startsWith("original")) {
            return 90;
        }
        double worth = 4 * new SplittableRandom(trial.seed()).nextDouble();
        double luck = noise * new SplittableRandom(trial.seed() + 31L * (epochs + 1)).nextDouble(-1, 1);
        return 50 + 3 * epochs + worth + luck / (1 + epochs);
    }
}
