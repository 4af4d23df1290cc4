package espalier.search;

import espalier.refine.RangeDecision;
import espalier.refine.Verdict;
import espalier.search.RoundAnalysis.NamedComparison;
import espalier.space.Band;
import espalier.space.SpaceException;
import espalier.table.SpaceRow;
import espalier.table.TrialRow;
import espalier.task.TrialStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the trials up to a round say to search next, and why.
 *
 * @param space to search next
 * @param decisions on its ranges
 * @param comparisons of the round's populations
 * @param remarks one line each, for the record
 */
public record Refinement(
        SearchSpace space, List<RangeDecision> decisions, List<NamedComparison> comparisons, List<String> remarks) {

    /** The order in which trials are drawn, which a bootstrap of them depends on. */
    private static final Comparator<TrialRow> AS_PLANNED = Comparator.comparingInt(TrialRow::round)
            .thenComparing(row -> row.trialId().length())
            .thenComparing(TrialRow::trialId);

    public Refinement {
        decisions = List.copyOf(decisions);
        comparisons = List.copyOf(comparisons);
        remarks = List.copyOf(remarks);
    }

    /**
     * Narrows the space that a round searched if the trials say so, or goes back to the initial space if it turned out worse.
     *
     * @param trials of the search up to this round
     * @param searched by the round
     */
    static Refinement of(StudyContext study, List<TrialRow> trials, int round, SearchSpace searched) {
        RoundAnalysis analysis = new RoundAnalysis(study.config().refine(), study.analysisSeed(round));
        List<NamedComparison> comparisons = analysis.compare(trials, round);
        List<String> remarks = new ArrayList<>();
        comparisons.forEach(comparison -> remarks.add(line(comparison)));
        failures(trials, round).ifPresent(remarks::add);

        if (comparisons.stream()
                .anyMatch(each ->
                        SearchSpace.isOwn(each.right()) && each.comparison().verdict() == Verdict.WORSE)) {
            SearchSpace initial = SearchSpace.initial(study.initialSpaceId(), study.space());
            remarks.add("The refined space was worse: back to " + initial.id() + ".");
            List<RangeDecision> kept = RoundAnalysis.keep(initial.space(), "the refined space was worse");
            return new Refinement(initial, kept, comparisons, remarks);
        }
        List<RangeDecision> decisions = analysis.decide(study.method(), trials, searched.space());
        SearchSpace next = narrowed(study.spaceId(round), searched, decisions, remarks);
        return new Refinement(next, decisions, comparisons, remarks);
    }

    /**
     * The same of a study that has been run, from its tables.
     *
     * @param trials all of them
     * @param spaces all of them
     * @param round to look back from
     * @throws StudyException if the study has not come to that round
     */
    public static Refinement of(StudyContext study, List<TrialRow> trials, List<SpaceRow> spaces, int round) {
        List<TrialRow> seen = trials.stream()
                .filter(row -> row.round() >= 1 && row.round() <= round && !Final.POPULATION.equals(row.population()))
                .sorted(AS_PLANNED)
                .toList();
        if (seen.stream().noneMatch(row -> row.round() == round)) {
            throw new StudyException("study " + study.config().study() + " has no trials of round " + round
                    + ": give --round a round that is done");
        }
        return of(study, seen, round, new SpaceRows(study).read(spaces, round));
    }

    private static SearchSpace narrowed(
            String id, SearchSpace from, List<RangeDecision> decisions, List<String> remarks) {
        if (decisions.stream().noneMatch(RangeDecision::narrowed)) {
            return from;
        }
        try {
            Map<String, Band> bands = new LinkedHashMap<>();
            decisions.forEach(decision -> bands.put(decision.quantity(), RoundAnalysis.band(decision.to())));
            SearchSpace refined = from.refined(id, from.space().within(bands));
            refined.negated();
            return refined;
        } catch (SpaceException e) {
            remarks.add("The narrowed space, or the rest of its parent, would be empty (" + e.getMessage()
                    + "): the space stays as it was.");
            return from;
        }
    }

    /** What the statistics leave out. */
    private static Optional<String> failures(List<TrialRow> trials, int round) {
        List<TrialRow> own = trials.stream().filter(row -> row.round() == round).toList();
        long failed = own.stream()
                .filter(row -> row.status() != TrialStatus.COMPLETED)
                .count();
        return failed == 0
                ? Optional.empty()
                : Optional.of(failed + " of the round's " + own.size()
                        + " trials did not complete, and count in no statistic.");
    }

    private static String line(NamedComparison named) {
        return "Round's " + named.left() + " trials against " + named.right() + ": "
                + named.comparison().verdict() + " (" + named.comparison().reason() + ").";
    }
}
