package espalier.search;

import espalier.backend.TrialBackend;
import espalier.config.SearchConfig;
import espalier.config.StudyConfig;
import espalier.config.StudyConfigWriter;
import espalier.config.StudyFingerprint;
import espalier.data.Fingerprint;
import espalier.recipe.Recipe;
import espalier.refine.RangeDecision;
import espalier.search.RoundAnalysis.NamedComparison;
import espalier.space.PruningSpace;
import espalier.space.SpaceException;
import espalier.table.ComparisonRow;
import espalier.table.CorrelationRow;
import espalier.table.RefinementRow;
import espalier.table.StudyRow;
import espalier.table.TrialRow;
import espalier.table.WinnerRow;
import espalier.task.ImageAsset;
import espalier.task.Phase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs a study: the original, the rounds, the final. Everything that it draws follows from the configuration and from
 * results, so that an interrupted study goes on where it stopped.
 */
public final class SearchLoop {
    /** Share of the trials so far that the mutation sampler takes as parents. */
    private static final double PARENTS = 0.2;

    private final StudyContext study;
    private final TrialBackend backend;
    private final StudyStore store;
    private final Progress progress;
    private final TrialQueue queue;
    private final FirstRound first;
    private final SpaceRows spaces;
    private final Stopping stopping;

    /** Of every trial of every round: one list for all. */
    private final List<Phase> phases;

    private final List<TrialRow> trials = new ArrayList<>();

    public SearchLoop(StudyContext study, FirstRound first, TrialBackend backend, StudyStore store, Progress progress) {
        this.study = study;
        this.first = first;
        this.backend = backend;
        this.store = store;
        this.progress = progress;
        this.queue = new TrialQueue(backend, store, progress);
        this.spaces = new SpaceRows(study);
        this.stopping = new Stopping(study);
        this.phases = List.copyOf(
                study.plans().trial(study.config().training().fineTune().epochs()));
    }

    /**
     * Runs the study to its end.
     *
     * @param codeVersion of the program, for the record
     * @return the candidates of the final, the winner first
     * @throws StudyFailedException if it cannot go on
     */
    public List<WinnerRow> run(String codeVersion) {
        requireSameInputs();
        first.planner().takeRemarks().forEach(progress::say);
        SearchSpace space = SearchSpace.initial(study.initialSpaceId(), study.space());
        backend.use(study.network().untrained());
        Originals originals = Originals.train(study, queue);
        recordStudy(originals, codeVersion);
        progress.say("original network: validation accuracy %.2f %%, standard deviation over %d seeds %.2f points"
                .formatted(originals.accuracy(), originals.rows().size(), originals.standardDeviation()));

        byte[] trained = store.read(originals.file());
        backend.use(study.network().trained(trained));
        TrialRows rows = new TrialRows(study.config().study(), originals.accuracy());
        EarlierRungs earlier = new EarlierRungs(store);
        store.append(spaces.write(space, 1, "as configured"));
        for (int round = 1; round <= study.config().search().rounds(); round++) {
            List<PlannedTrial> planned = plan(round, space);
            first.planner().takeRemarks().forEach(progress::say);
            trials.addAll(run(round, planned, rows, earlier));
            space = refine(round, space);
            store.flush();
            store.compact();
        }
        return new Final(study, queue, store, progress, rows).run(trials, trained);
    }

    private List<TrialRow> run(int round, List<PlannedTrial> planned, TrialRows rows, EarlierRungs earlier) {
        LadderAgenda agenda = new LadderAgenda(study, planned, stopping.rule(), earlier, queue, store, rows, progress);
        List<TrialRow> done = queue.run("round " + round, agenda);
        for (CorrelationRow correlation : stopping.judge(round, agenda)) {
            store.append(correlation);
            progress.say(Stopping.line(correlation));
        }
        return done;
    }

    /** Gives up what runs and ends {@link #run} with a {@link StudyStoppedException}; to be called from another thread. */
    public void stop() {
        queue.stop();
    }

    private List<PlannedTrial> plan(int round, SearchSpace space) {
        if (round > 1) {
            return planRefined(round, space);
        }
        List<PlannedTrial> planned = new ArrayList<>(number(round, space, space.population(), first.recipes(), 1));
        planned.addAll(controls(round, space));
        return planned;
    }

    /** Beside the first recipes of a round, those of the same cost that need no search. */
    private List<PlannedTrial> controls(int round, SearchSpace space) {
        int count = Math.min(study.config().search().controls(), first.recipes().size());
        List<PlannedTrial> planned = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i + 1;
            study.method()
                    .controls(first.recipes().get(i), study.seed("control", round, number))
                    .forEach((name, recipe) -> planned.add(
                            plan("round-%d-%s-%04d".formatted(round, name, number), recipe, round, name, space)));
        }
        return planned;
    }

    private List<PlannedTrial> planRefined(int round, SearchSpace space) {
        SearchConfig search = study.config().search();
        int count = search.trialsPerRound();
        int negated = space.isRefined() ? (int) Math.round(count * search.negatedShare()) : 0;
        negated = Math.min(negated, count - 1);
        List<Recipe> parents = parents();
        List<Recipe> recipes = draw(space.space(), count - negated, study.seed("round", round), parents);
        List<PlannedTrial> planned = new ArrayList<>(number(round, space, space.population(), recipes, 1));
        if (negated > 0) {
            List<Recipe> control = draw(space.negated(), negated, study.seed("negated", round), parents);
            planned.addAll(number(round, space, SearchSpace.NEGATED, control, recipes.size() + 1));
        }
        return planned;
    }

    /** As many recipes as are wanted; fewer where the space does not hold as many new ones. */
    private List<Recipe> draw(PruningSpace space, int count, long seed, List<Recipe> parents) {
        try {
            return first.planner().draw(space, count, seed, parents);
        } catch (SpaceException e) {
            if (count == 1) {
                progress.say("no new recipe for this part of the round (" + e.getMessage() + ")");
                return List.of();
            }
            return draw(space, count / 2, seed, parents);
        }
    }

    private List<PlannedTrial> number(
            int round, SearchSpace space, String population, List<Recipe> recipes, int first) {
        List<PlannedTrial> planned = new ArrayList<>();
        for (int i = 0; i < recipes.size(); i++) {
            planned.add(plan("round-%d-%04d".formatted(round, first + i), recipes.get(i), round, population, space));
        }
        return planned;
    }

    private PlannedTrial plan(String id, Recipe recipe, int round, String population, SearchSpace space) {
        int epochs = study.config().training().fineTune().epochs();
        return study.plan(id, recipe, phases, study.seed(id), round, population, space.id(), epochs);
    }

    private List<Recipe> parents() {
        List<TrialRow> best = RoundAnalysis.best(trials);
        return best.subList(0, (int) Math.ceil(PARENTS * best.size())).stream()
                .map(TrialRows::recipe)
                .toList();
    }

    /** Decides on the next space, and writes down why. */
    private SearchSpace refine(int round, SearchSpace space) {
        Refinement refinement = Refinement.of(study, trials, round, space);
        refinement.comparisons().forEach(comparison -> store.append(row(round, comparison)));
        refinement.decisions().forEach(decision -> store.append(row(round, decision)));
        refinement.decisions().forEach(decision -> progress.say(RefinedConfig.line(decision)));
        refinement.remarks().forEach(progress::say);
        SearchSpace next = refinement.space();
        store.append(spaces.write(next, round + 1, String.join(" ", refinement.remarks())));
        store.write(
                RefinedConfig.path(round),
                RefinedConfig.write(study, round, refinement).getBytes(StandardCharsets.UTF_8));
        return next;
    }

    /** A configuration names files, and files change. */
    private void requireSameInputs() {
        for (StudyRow earlier : store.rows(StudyRow.class)) {
            if (!earlier.dataFingerprint().equals(dataFingerprint())) {
                throw new StudyException("the images are not those that study " + earlier.study()
                        + " began with; put them back, or use another study name or --output");
            }
            if (!earlier.networkFingerprint().equals(networkFingerprint())) {
                throw new StudyException("the network, or its latency table, is not the one that study "
                        + earlier.study() + " began with; put it back, or use another study name or --output");
            }
        }
    }

    private String dataFingerprint() {
        ImageAsset images = study.images();
        return Fingerprint.of(Fingerprint.of(images.training())
                + Fingerprint.of(images.validation())
                + Fingerprint.of(images.test()));
    }

    private String networkFingerprint() {
        String given = study.network().given().map(GivenWeights::fingerprint).orElse("");
        return Fingerprint.of(
                study.network().fingerprint() + given + study.method().inputs());
    }

    private void recordStudy(Originals originals, String codeVersion) {
        StudyConfig config = study.config();
        var original = study.method().original();
        store.append(new StudyRow(
                config.study(),
                Instant.now(),
                codeVersion,
                StudyConfigWriter.write(config, List.of()),
                StudyFingerprint.of(config),
                config.seed(),
                dataFingerprint(),
                networkFingerprint(),
                originals.mean(),
                originals.standardDeviation(),
                originals.seeds(),
                original.macs(),
                original.parameters(),
                config.parent().isEmpty() ? null : config.parent()));
    }

    private RefinementRow row(int round, RangeDecision decision) {
        return new RefinementRow(
                study.config().study(),
                round,
                decision.quantity(),
                finite(decision.from().low()),
                finite(decision.from().high()),
                finite(decision.to().low()),
                finite(decision.to().high()),
                decision.statistic(),
                decision.interval().map(espalier.refine.Interval::estimate).orElse(null),
                decision.interval().map(espalier.refine.Interval::low).orElse(null),
                decision.interval().map(espalier.refine.Interval::high).orElse(null),
                study.config().refine().confidence(),
                decision.outcome().name().toLowerCase(Locale.ROOT),
                decision.reason());
    }

    private ComparisonRow row(int round, NamedComparison named) {
        var evidence = named.comparison().evidence();
        var mean = evidence.meanDifference().interval();
        return new ComparisonRow(
                study.config().study(),
                round,
                named.left(),
                named.right(),
                mean.estimate(),
                mean.low(),
                mean.high(),
                evidence.kolmogorovSmirnov().statistic(),
                evidence.kolmogorovSmirnov().pValue(),
                evidence.mannWhitney().pValue(),
                evidence.expectedMinimumDifference().interval().estimate(),
                named.comparison().verdict() + ": " + named.comparison().reason());
    }

    private static @Nullable Double finite(double value) {
        return Optional.of(value).filter(Double::isFinite).orElse(null);
    }
}
