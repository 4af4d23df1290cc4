package espalier.table;

/** How a trial, or one rung of it, ended. */
public enum TrialStatus {
    /** Evaluated; its drop counts. */
    COMPLETED,
    /** Could not be finished (not a number, out of memory, timed out); counted and shown with its reason. */
    FAILED,
    /** The recipe does not meet the constraints of its space; nothing was trained. */
    INFEASIBLE
}
