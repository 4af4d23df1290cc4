package espalier.search;

import espalier.backend.TrialBackend;
import espalier.table.TrialRow;
import espalier.task.Phase;
import espalier.task.TrialResult;
import espalier.task.TrialStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The network of a trial of the search, made again: a trial is its recipe and its seed. */
public final class TrialExport {
    private final StudyContext study;
    private final TrialBackend backend;

    public TrialExport(StudyContext study, TrialBackend backend) {
        this.study = study;
        this.backend = backend;
    }

    /** Where a kept network lies below the study's folder. */
    public static String networkFile(String trialId) {
        return TrialQueue.networkFile(trialId);
    }

    /**
     * Runs a trial again and returns its network.
     *
     * @param row the trial as it went
     * @param original zip of the original network
     * @return a Deeplearning4j zip
     * @throws StudyFailedException if the trial did not complete, or comes out with another accuracy
     */
    public byte[] again(TrialRow row, byte[] original) {
        if (row.status() != TrialStatus.COMPLETED) {
            throw new StudyFailedException(
                    "trial " + row.trialId() + " is " + row.status() + " (" + row.reason() + "); it has no network");
        }
        backend.use(study.network().trained(original));
        List<Phase> phases = new ArrayList<>(study.plans().trial(row.epochs()));
        phases.add(new Phase.KeepNetwork());
        PlannedTrial planned = study.plan(
                row.trialId(),
                TrialRows.recipe(row),
                phases,
                row.execution().seed(),
                row.round(),
                row.population(),
                row.spaceId(),
                row.epochs());
        TrialResult result = TrialQueue.await(backend, planned.trial());
        if (!result.completed()) {
            throw new StudyFailedException("trial " + row.trialId() + " failed this time: " + result.reason());
        }
        TrialRows rows = new TrialRows(row.study(), row.accuracy().baseAccuracy());
        TrialRow again = rows.trial(planned, rows.rungs(planned, result), planned.rung());
        if (!Objects.equals(again.accuracy().drop(), row.accuracy().drop())) {
            throw new StudyFailedException("trial " + row.trialId() + " came out as " + again.accuracy() + ", not as "
                    + row.accuracy() + ": other native threads or another native library (then "
                    + row.execution().threads() + " and " + row.execution().nativeLibrary() + ")");
        }
        return result.network();
    }
}
