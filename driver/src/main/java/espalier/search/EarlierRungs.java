package espalier.search;

import espalier.table.RungRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What an earlier run of a study has finished, rung by rung. */
final class EarlierRungs {
    private final Map<String, List<RungRow>> rungs = new HashMap<>();

    EarlierRungs(StudyStore store) {
        store.rows(RungRow.class).forEach(row -> rungs.computeIfAbsent(row.trialId(), id -> new ArrayList<>())
                .add(row));
    }

    /**
     * Takes a rung of a trial with all below it that were not taken yet.
     *
     * @return in rising order; empty if the rung was not finished
     * @throws StudyException if the trial was of another recipe
     */
    List<RungRow> take(PlannedTrial planned, int rung) {
        List<RungRow> done = rungs.getOrDefault(planned.trial().id(), List.of());
        if (done.stream().noneMatch(row -> row.rung() == rung)) {
            return List.of();
        }
        List<RungRow> taken = done.stream()
                .filter(row -> row.rung() <= rung)
                .sorted(Comparator.comparingInt(RungRow::rung))
                .toList();
        taken.forEach(row -> planned.requireRecipe(row.recipeId()));
        done.removeAll(taken);
        return taken;
    }
}
