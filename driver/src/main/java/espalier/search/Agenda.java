package espalier.search;

import espalier.task.TrialResult;
import java.util.Optional;

/** What a queue has to run, and who wants to know what came of it. */
interface Agenda {
    /** The next trial to start, if there is one now; others may come up as trials finish. */
    Optional<PlannedTrial> next();

    /** Keeps a result. */
    void finished(PlannedTrial planned, TrialResult result);
}
