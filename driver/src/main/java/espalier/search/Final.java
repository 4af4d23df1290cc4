package espalier.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import espalier.recipe.ChannelRecipe;
import espalier.recipe.Recipe;
import espalier.recipe.RecipeId;
import espalier.recipe.WholeNetwork;
import espalier.space.RecipeFeatures;
import espalier.table.TrialRow;
import espalier.table.WinnerRow;
import espalier.task.Phase;
import espalier.task.TrialStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.jspecify.annotations.Nullable;

/**
 * The end of a study: its best subnetworks and their controls are retrained over several seeds at the full schedule, every
 * one with the same epochs and in the same FLOPs regime. The winner is chosen on validation images; the test images are read
 * once, for it and for the original.
 */
final class Final {
    static final String NETWORK = "networks/winner.zip";
    static final String RECIPE = "networks/winner.json";

    /** Its trials, in the table. */
    static final String POPULATION = "final";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StudyContext study;
    private final TrialQueue queue;
    private final StudyStore store;
    private final Progress progress;
    private final TrialRows rows;

    Final(StudyContext study, TrialQueue queue, StudyStore store, Progress progress, TrialRows rows) {
        this.study = study;
        this.queue = queue;
        this.store = store;
        this.progress = progress;
        this.rows = rows;
    }

    /** Someone who takes part. */
    private record Candidate(
            String name,
            Recipe recipe,
            List<Phase> phases,
            @Nullable String trialId) {}

    /** Someone who took part, with one row for each seed that completed. */
    private record Retrained(Candidate candidate, List<TrialRow> rows, double mean, double standardDeviation) {}

    /**
     * Runs the final, or finds it done.
     *
     * @param trials of the search
     * @param original zip of the original network
     * @return the candidates, the winner first
     */
    List<WinnerRow> run(List<TrialRow> trials, byte[] original) {
        List<WinnerRow> earlier = store.rows(WinnerRow.class);
        if (earlier.stream().anyMatch(WinnerRow::chosen)) {
            return earlier.stream()
                    .sorted(Comparator.comparingInt(WinnerRow::rank))
                    .toList();
        }
        List<Retrained> ranked = retrain(candidates(trials));
        Retrained winner = ranked.get(0);
        byte[] network = store.read(TrialQueue.networkFile(best(winner).trialId()));
        store.write(NETWORK, network);
        store.write(RECIPE, recipe(winner));
        Map<String, Double> tests = test(original, network);
        List<WinnerRow> winners = new ArrayList<>();
        for (int i = 0; i < ranked.size(); i++) {
            winners.add(row(ranked.get(i), i + 1, tests));
        }
        // The chosen one last: it says that the final is complete.
        winners.stream()
                .sorted(Comparator.comparing(WinnerRow::rank).reversed())
                .forEach(store::append);
        store.flush();
        return winners;
    }

    private List<Candidate> candidates(List<TrialRow> trials) {
        List<TrialRow> best = RoundAnalysis.best(trials);
        int count = Math.min(study.config().training().retrain().candidates(), best.size());
        List<Phase> retrained = study.plans().retrained();
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            candidates.add(candidate("best-" + (i + 1), best.get(i), retrained));
        }
        Recipe winner = TrialRows.recipe(best.get(0));
        if (study.config().space().method().inherits()) {
            candidates.add(new Candidate(
                    "scratch", winner, study.plans().scratch(), best.get(0).trialId()));
        }
        refinedBest(trials).ifPresent(row -> candidates.add(candidate("refined-best", row, retrained)));
        randomBest(trials).ifPresent(row -> candidates.add(candidate("random-best", row, retrained)));
        Map<String, Recipe> controls = study.method().controls(winner, study.seed("uniform"));
        controls.forEach((name, recipe) -> candidates.add(new Candidate(name, recipe, retrained, null)));
        if (controls.isEmpty()) {
            progress.say("no uniform recipe meets the FLOPs tolerance: the final runs without that control");
        }
        return candidates;
    }

    private static Candidate candidate(String name, TrialRow row, List<Phase> phases) {
        return new Candidate(name, TrialRows.recipe(row), phases, row.trialId());
    }

    /** The best of the last round's own trials, if it refined: what {@code random-best} is to be compared with. */
    private Optional<TrialRow> refinedBest(List<TrialRow> trials) {
        int last = study.config().search().rounds();
        return RoundAnalysis.best(trials.stream()
                        .filter(row -> row.round() == last && row.population().equals(SearchSpace.REFINED))
                        .toList())
                .stream()
                .findFirst();
    }

    /** The best of the space as configured, out of as many trials as the last round had of its own. */
    private Optional<TrialRow> randomBest(List<TrialRow> trials) {
        int last = study.config().search().rounds();
        long budget = trials.stream()
                .filter(row -> row.round() == last && !row.population().equals(SearchSpace.NEGATED))
                .count();
        return RoundAnalysis.best(trials.stream()
                        .filter(row -> row.round() == 1)
                        .limit(budget)
                        .toList())
                .stream()
                .findFirst();
    }

    private List<Retrained> retrain(List<Candidate> candidates) {
        int seeds = study.config().training().retrain().seeds();
        Map<String, PlannedTrial> planned = new LinkedHashMap<>();
        Map<Candidate, List<PlannedTrial>> byCandidate = new LinkedHashMap<>();
        for (Candidate candidate : candidates) {
            for (int seed = 1; seed <= seeds; seed++) {
                PlannedTrial trial = plan(candidate, seed);
                // Two names for one recipe share their trials.
                String key = trial.recipeId() + "/" + candidate.phases() + "/" + seed;
                planned.putIfAbsent(key, trial);
                byCandidate
                        .computeIfAbsent(candidate, each -> new ArrayList<>())
                        .add(Objects.requireNonNull(planned.get(key)));
            }
        }
        queue.run("final", List.copyOf(planned.values()), rows);
        List<Retrained> retrained = new ArrayList<>();
        byCandidate.forEach((candidate, trials) -> retrained.add(summary(candidate, trials)));
        return retrained.stream()
                .filter(each -> !each.rows().isEmpty())
                .sorted(Comparator.comparingDouble(each -> -each.mean()))
                .toList();
    }

    private PlannedTrial plan(Candidate candidate, int seed) {
        String id = "final-" + candidate.name() + "-" + seed;
        return study.plan(
                id,
                candidate.recipe(),
                candidate.phases(),
                study.seed("final", seed),
                study.config().search().rounds() + 1,
                POPULATION,
                study.initialSpaceId(),
                study.config().training().retrain().learning().epochs());
    }

    private Retrained summary(Candidate candidate, List<PlannedTrial> trials) {
        List<TrialRow> completed = trials.stream()
                .map(queue::row)
                .filter(row -> row.status() == TrialStatus.COMPLETED)
                .toList();
        DescriptiveStatistics accuracies = new DescriptiveStatistics(
                completed.stream().mapToDouble(Final::accuracy).toArray());
        return new Retrained(candidate, completed, accuracies.getMean(), accuracies.getStandardDeviation());
    }

    /** The winner's network among its seeds: the best on validation images. */
    private static TrialRow best(Retrained winner) {
        return winner.rows().stream()
                .max(Comparator.comparingDouble(Final::accuracy))
                .orElseThrow();
    }

    /** Test accuracies of the original and of the winner; the only time that test images are read. */
    private Map<String, Double> test(byte[] original, byte[] winner) {
        Map<String, Double> accuracies = new LinkedHashMap<>();
        Map.of("original", original, "winner", winner)
                .forEach((name, zip) -> accuracies.put(name, queue.test(testTrial(name, zip))));
        return accuracies;
    }

    private PlannedTrial testTrial(String name, byte[] zip) {
        return study.planned(
                "test-" + name,
                new WholeNetwork(),
                study.plans().test(),
                study.seed("test"),
                zip,
                study.config().search().rounds() + 1,
                POPULATION,
                study.initialSpaceId(),
                study.space().features(new WholeNetwork()),
                0);
    }

    private WinnerRow row(Retrained retrained, int rank, Map<String, Double> tests) {
        Candidate candidate = retrained.candidate();
        RecipeFeatures features = study.space().features(candidate.recipe());
        boolean chosen = rank == 1;
        return new WinnerRow(
                study.config().study(),
                rank,
                candidate.name(),
                candidate.trialId(),
                RecipeId.of(study.network().fingerprint(), candidate.recipe()).value(),
                TrialRows.widths(candidate.recipe()),
                features.complexity().macs(),
                features.complexity().parameters(),
                features.mcb(),
                retrained.rows().stream().map(Final::accuracy).toList(),
                retrained.mean(),
                retrained.standardDeviation(),
                chosen ? tests.get("winner") : null,
                chosen ? tests.get("original") : null,
                chosen,
                chosen ? NETWORK : null);
    }

    private byte[] recipe(Retrained winner) {
        Recipe recipe = winner.candidate().recipe();
        RecipeFeatures features = study.space().features(recipe);
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("study", study.config().study());
        file.put("candidate", winner.candidate().name());
        file.put("trial", best(winner).trialId());
        file.put("method", recipe.method());
        file.put("flops", features.complexity().macs());
        file.put("parameters", features.complexity().parameters());
        file.put("mcb", features.mcb());
        file.put(
                recipe instanceof ChannelRecipe ? "channels" : "recipe",
                study.method().describe(recipe));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(file);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the winner's recipe cannot be written as JSON", e);
        }
    }

    private static double accuracy(TrialRow row) {
        return Objects.requireNonNull(row.accuracy().accuracyFineTuned());
    }
}
