package espalier.search;

import espalier.config.StoppingConfig;
import espalier.refine.Interval;
import espalier.refine.RungCorrelation;
import espalier.rung.MedianStopping;
import espalier.rung.Rungs;
import espalier.rung.StopRule;
import espalier.rung.SuccessiveHalving;
import espalier.table.CorrelationRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The stop rule of a study, round by round: where a rung is shown to predict the next one badly, more trials go on from it in the rounds that
 * follow, and all of them if it says nothing.
 */
final class Stopping {
    private static final double ALL = 1;

    /** Of a rung that predicts badly so many times the trials go on. */
    private static final double WIDER = 2;

    private final StudyContext study;
    private final StoppingConfig config;
    private final Rungs rungs;

    /** By step of the ladder: of so many trials one goes on. */
    private final List<Double> eta;

    Stopping(StudyContext study) {
        this.study = study;
        this.config = study.config().stopping();
        this.rungs = study.plans().rungs();
        this.eta = new ArrayList<>(Collections.nCopies(rungs.count(), config.eta()));
    }

    /** The rule of the next round. */
    StopRule rule() {
        return config.rule() == StoppingConfig.Rule.MEDIAN
                ? new MedianStopping(config.warmup())
                : new SuccessiveHalving(eta);
    }

    /** How well each rung of a round predicted the next one; with that the rule of the next round is settled. */
    List<CorrelationRow> judge(int round, LadderAgenda trials) {
        List<CorrelationRow> rows = new ArrayList<>();
        for (int rung = 0; rung < rungs.highest(); rung++) {
            judge(round, rung, trials).ifPresent(rows::add);
        }
        return rows;
    }

    private Optional<CorrelationRow> judge(int round, int rung, LadderAgenda trials) {
        double[] all = trials.accuracies(rung);
        double[] next = trials.accuracies(rung + 1);
        int[] finished = IntStream.range(0, all.length)
                .filter(trial -> Double.isFinite(all[trial]))
                .toArray();
        if (finished.length == 0) {
            return Optional.empty();
        }
        return RungCorrelation.of(
                        Arrays.stream(finished).mapToDouble(trial -> all[trial]).toArray(),
                        Arrays.stream(finished)
                                .mapToDouble(trial -> next[trial])
                                .toArray(),
                        study.config().refine().confidence(),
                        study.seed("correlation", round, rung))
                .map(correlation -> row(round, rung, finished.length, correlation));
    }

    private CorrelationRow row(int round, int rung, int finished, RungCorrelation correlation) {
        int step = rung - rungs.number(0);
        boolean decides = config.rule() == StoppingConfig.Rule.HALVING && step >= 0;
        Double before = decides ? eta.get(step) : null;
        Double after = before == null ? null : (Double) next(before, correlation.tau());
        if (after != null) {
            eta.set(step, after);
        }
        return new CorrelationRow(
                study.config().study(),
                round,
                rung,
                rungs.epochsAt(rung),
                rungs.epochsAt(rung + 1),
                finished,
                correlation.pairs(),
                correlation.observed(),
                correlation.tau().estimate(),
                correlation.tau().low(),
                correlation.tau().high(),
                before,
                after,
                decision(before, after));
    }

    private double next(double before, Interval tau) {
        if (tau.isBelow(0)) {
            return ALL;
        }
        return tau.isBelow(config.leastCorrelation()) ? Math.max(ALL, before / WIDER) : before;
    }

    private String decision(@Nullable Double before, @Nullable Double after) {
        if (before == null || after == null) {
            return "measured";
        }
        if (before.equals(after)) {
            return before == ALL ? "dropped before" : "kept";
        }
        String reason = ", for its rank correlation is shown to be below " + config.leastCorrelation();
        return after == ALL
                ? "dropped: all go on from it" + reason
                : "widened: one of %.2f goes on from it".formatted(after) + reason;
    }

    /** A correlation in one line. */
    static String line(CorrelationRow row) {
        return "Rung %d (epochs: %d) predicts the next one (epochs: %d) with Kendall's tau %.2f [%.2f, %.2f]; %d of %d trials went on; %s."
                .formatted(
                        row.rung(),
                        row.epochs(),
                        row.nextEpochs(),
                        row.tau(),
                        row.low(),
                        row.high(),
                        row.pairs(),
                        row.trials(),
                        row.decision());
    }
}
